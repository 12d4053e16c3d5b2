# DA-STI on ZS-Stage: short, so that a laptop's CPU trains it in minutes.
train_cfg = dict(type='ResumableTrainLoop', max_iters=200)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='AdamW', lr=2e-4, weight_decay=0.05),
    # What CLIP brings is trained gently.
    paramwise_cfg=dict(custom_keys=dict(clip=dict(lr_mult=0.1))),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=False, begin=0, end=50),
    dict(type='CosineAnnealingLR', by_epoch=False, begin=50, end=200),
]
