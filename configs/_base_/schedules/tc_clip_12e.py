# TC-CLIP on the base classes of base-to-novel: a shorter warm-up than
# ViFi-CLIP's.
_base_ = './vifi_epochs.py'

train_cfg = dict(max_epochs=12)
optim_wrapper = dict(
    optimizer=dict(lr=3.33e-6),
    paramwise_cfg=dict(custom_keys=dict(prompting=dict(lr_mult=10))),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.001,
        begin=0,
        end=2,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        T_max=10,
        eta_min_ratio=0.01,
        begin=2,
        end=12,
        convert_to_iter_based=True,
    ),
]
