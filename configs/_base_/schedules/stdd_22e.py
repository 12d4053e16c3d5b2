# STDD on Kinetics-400.
_base_ = './stdd_epochs.py'

train_cfg = dict(max_epochs=22)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=20,
        eta_min_ratio=0.01,
        begin=2,
        end=22,
        convert_to_iter_based=True,
    ),
]
