# ZS-Stage, multi-action track: all actions are scored, the unseen ones
# evaluated. `python tools/make_zs_stage.py` renders it.
_size = 96
_data = dict(
    type='AVAKeyframeDataset',
    data_root='data/zs_stage/multi',
    data_prefix=dict(video='frames'),
    label_map='annotations/action_list.pbtxt',
    label_split='data/splits/zs_stage/multi_split1.yaml',
    start_sec=0,
    fps=8,
)
# Whole pictures, as most people are at the side or narrow.
_load = dict(type='LoadKeyframe', size=_size, mode='squash')
_crop = dict(type='CropPersons', size=_size, mode='squash')
_pack = dict(type='PackKeyframe')

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        **_data,
        ann_file='annotations/train.csv',
        subset='train',
        pipeline=[_load, dict(type='LimitPersons'), _crop, _pack],
    ),
)
test_dataloader = dict(
    batch_size=8,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        **_data,
        ann_file='annotations/test.csv',
        subset='test',
        test_mode=True,
        box_sources=['detected', 'ground_truth'],
        det_file='detections/test.csv',
        det_thr=0.7,
        pipeline=[_load, _crop, _pack],
    ),
)
test_evaluator = dict(type='FrameMAP')
