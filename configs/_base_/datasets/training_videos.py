# How videos of a list are trained on; each data set adds where it lies.
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='ListedVideoDataset', data_prefix=dict(video='videos')),
)
