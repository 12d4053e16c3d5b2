_base_ = [
    '../../configs/_base_/default_runtime.py',
    '../../configs/_base_/schedules/stclip_3k.py',
]
custom_imports = dict(imports=['toy_run'], allow_failed_imports=False)
model = dict(type='ToyModel')
train_dataloader = dict(
    dataset=dict(type='ToyDataset'),
    sampler=dict(type='InfiniteSampler', shuffle=True),
    batch_size=4,
    num_workers=0,
)
test_dataloader = dict(
    # Odd: two processes cannot share it evenly.
    dataset=dict(type='ToyDataset', size=7, noise=0.0),
    sampler=dict(type='DefaultSampler', shuffle=False),
    batch_size=2,
    num_workers=0,
)
test_evaluator = dict(type='ToyMetric')
train_cfg = dict(max_iters=8)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=5),
]
optim_wrapper = dict(optimizer=dict(lr=0.01))
default_hooks = dict(checkpoint=dict(interval=2), logger=dict(interval=1))
