# Keyframes with person boxes, a window of frames before each: what all action
# detectors are trained and tested on. Each data set adds where it lies, its
# label split, detected boxes and metrics.
# (mmengine drops names that begin with two underscores.)
__load = dict(type='LoadKeyframe', size=224)
__crop = dict(type='CropPersons', size=224)
__pack = dict(type='PackKeyframe')

train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type='CocoKeyframeDataset',
        data_prefix=dict(video='frames'),
        ann_file='annotations/train.json',
        subset='train',
        pipeline=[__load, dict(type='LimitPersons'), __crop, __pack],
    ),
)
test_dataloader = dict(
    # A sample for each source of boxes; those of a keyframe share what they
    # see if they are in one batch, so this is a multiple of their number.
    batch_size=8,
    num_workers=2,
    sampler=dict(type='KeyframeSampler', shuffle=False),
    collate_fn=dict(type='pseudo_collate'),
    dataset=dict(
        type='CocoKeyframeDataset',
        data_prefix=dict(video='frames'),
        ann_file='annotations/test.json',
        subset='test',
        test_mode=True,
        box_sources=['detected', 'ground_truth'],
        det_thr=0.7,
        pipeline=[__load, __crop, __pack],
    ),
)
