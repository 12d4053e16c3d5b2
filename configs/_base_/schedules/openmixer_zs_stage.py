# OpenMixer on ZS-Stage: its parts are made anew, so the rate is not the
# release's, and a laptop's CPU trains it in minutes.
train_cfg = dict(type='ResumableTrainLoop', max_iters=400)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='AdamW', lr=2e-4, weight_decay=1e-4),
    clip_grad=dict(max_norm=1.0),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=False, begin=0, end=50),
]
