# ZS-Stage, single-action track, label split 1; the others differ in
# `label_split` of both loaders. `python tools/make_zs_stage.py` renders it.
_size = 96
_data = dict(
    type='CocoKeyframeDataset',
    data_root='data/zs_stage/single',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_stage/single_split1.yaml',
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
        ann_file='annotations/train.json',
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
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
        box_sources=['detected', 'ground_truth'],
        det_file='detections/test.json',
        det_thr=0.7,
        pipeline=[_load, _crop, _pack],
    ),
)
test_evaluator = dict(type='FrameMAP', soft_voting=True)
