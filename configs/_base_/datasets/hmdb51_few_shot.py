# HMDB-51 with a few videos of each class to train on: few_shot.py.
_base_ = ['./hmdb51.py', './few_shot.py']

train_dataloader = dict(
    dataset=dict(
        ann_file='data/hmdb51/annotations/few_shot/k{shots}_seed0.txt',
        # An epoch is about as long as with all videos.
        epoch_videos=3570,
        data_prefix=_base_.test_dataloader.dataset.data_prefix,
    ),
)
