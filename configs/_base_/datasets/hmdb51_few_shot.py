# HMDB-51 with K videos of each class to train on, by
# train_dataloader.dataset.shots=K (2, 4, 8 or 16), drawn with seed 0 from the
# 3570 of split 1 by tools/data/make_video_lists.py; tested on split 1.
_base_ = './hmdb51.py'

train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ListedVideoDataset',
        ann_file='data/hmdb51/annotations/few_shot/k{shots}_seed0.txt',
        shots=2,
        # An epoch is about as long as with all videos.
        epoch_videos=3570,
        data_prefix=_base_.test_dataloader.dataset.data_prefix,
        pipeline=_base_.test_dataloader.dataset.pipeline,
    ),
)
