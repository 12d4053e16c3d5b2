# ViFi-CLIP on a few videos of each class.
_base_ = './vifi_epochs.py'

train_cfg = dict(max_epochs=50)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=45,
        eta_min_ratio=0.01,
        begin=5,
        end=50,
        convert_to_iter_based=True,
    ),
]
