# STDD on the base classes of base-to-novel: shorter.
_base_ = './stdd_22e.py'

train_cfg = dict(max_epochs=12)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
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
