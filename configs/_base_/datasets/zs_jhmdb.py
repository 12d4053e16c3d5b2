# ZS-JHMDB (75 % seen, 25 % unseen actions), label split 1; the others differ
# in `label_split` of both loaders. To prepare: docs/how_to/prepare_data.md.
_size = 224
_data = dict(
    type='CocoKeyframeDataset',
    data_root='data/jhmdb',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_jhmdb/split1.yaml',
)
# Three clips end before their annotation where they are read from the videos.
_load = dict(type='LoadKeyframe', size=_size, beyond_end='skip')
_crop = dict(type='CropPersons', size=_size)
_pack = dict(type='PackKeyframe')

train_dataloader = dict(
    batch_size=8,
    num_workers=2,
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
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        **_data,
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
        box_sources=['detected', 'ground_truth'],
        det_file='annotations/jhmdb_faster_RCNN_person.json',
        det_thr=0.001,
        pipeline=[_load, _crop, _pack],
    ),
)
test_evaluator = [
    dict(type='FrameMAP', soft_voting=True),
    dict(
        type='VideoMAP',
        tube_file='data/jhmdb/annotations/tubes.json',
        soft_voting=True,
    ),
]
