# Base-to-novel on UCF-101: 16 videos of each base class to train on, drawn
# with seed 0 by tools/data/make_video_lists.py; tested on the base classes.
_base_ = './stdd_ucf101.py'

_lists = 'data/ucf101/annotations/base_to_novel'
_test = _base_.test_pipeline
_test[-2].label_file = 'data/labels/ucf101_base.txt'
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='VideoDataset',
        ann_file=f'{_lists}/base_k16_seed0.txt',
        data_prefix=_base_.test_dataloader.dataset.data_prefix,
        pipeline=[
            _test[0],
            _base_.clip,
            _test[2],
            *_base_.augment,
            *_test[-3:],
        ],
    ),
)
test_dataloader = dict(
    dataset=dict(ann_file=f'{_lists}/base_test.txt', pipeline=_test)
)
