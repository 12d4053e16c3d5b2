# ZS-AVA, label split 1; the others differ in `label_split` of both loaders.
# All actions are scored, the unseen ones evaluated. To prepare:
# docs/how_to/prepare_data.md.
_size = 224
_data = dict(
    type='CocoKeyframeDataset',
    data_root='data/ava',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_ava/split1.yaml',
    score_all=True,
    fps=30,
)
_load = dict(type='LoadKeyframe', size=_size)
_crop = dict(type='CropPersons', size=_size)
_pack = dict(type='PackKeyframe')

train_dataloader = dict(
    batch_size=8,
    num_workers=4,
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
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        **_data,
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
        box_sources=['detected', 'ground_truth'],
        det_file='detections/test.csv',
        det_thr=0.7,
        pipeline=[_load, _crop, _pack],
    ),
)
test_evaluator = dict(type='FrameMAP')
