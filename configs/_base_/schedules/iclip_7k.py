# iCLIP on J-HMDB, as ST-CLIP's paper trains it (supplementary 7): what asks
# learns faster, biases without decay.
_base_ = './stclip_3k.py'

train_cfg = dict(max_iters=7000)
optim_wrapper = dict(
    optimizer=dict(lr=2e-4),
    paramwise_cfg=dict(
        custom_keys={'units.': dict(lr_mult=10)},
        bias_lr_mult=2,
        bias_decay_mult=0,
    ),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=700),
]
