# ViFi-CLIP on the base classes of base-to-novel.
_base_ = './vifi_epochs.py'

train_cfg = dict(max_epochs=11)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=6,
        eta_min_ratio=0.01,
        begin=5,
        end=11,
        convert_to_iter_based=True,
    ),
]
