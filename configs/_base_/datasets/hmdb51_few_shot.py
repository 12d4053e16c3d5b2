# HMDB-51 with 2 videos of each class to train on, drawn with seed 0 from the
# 3570 of split 1 by tools/data/make_video_lists.py; tested on split 1.
_base_ = './hmdb51.py'

_data_root = 'data/hmdb51'
_test = _base_.test_dataloader.dataset
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        # An epoch is about as long as with all videos.
        type='RepeatDataset',
        times=35,
        dataset=dict(
            type='VideoDataset',
            ann_file=f'{_data_root}/annotations/few_shot/k2_seed0.txt',
            data_prefix=dict(video=f'{_data_root}/videos'),
            pipeline=[
                dict(type='stclip.VideoInit'),
                dict(type='UniformSample', clip_len=16),
                dict(type='stclip.VideoDecode'),
                dict(type='Resize', scale=(-1, 256)),
                dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
                dict(type='Resize', scale=(224, 224), keep_ratio=False),
                dict(type='Flip', flip_ratio=0.5),
                dict(type='FormatShape', input_format='NCHW'),
                *_test.pipeline[-2:],
            ],
        ),
    ),
)
