# STDD on the base classes of base-to-novel: shorter.
_base_ = './stdd_epochs.py'

train_cfg = dict(max_epochs=12)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=10,
        eta_min_ratio=0.01,
        begin=2,
        end=12,
        convert_to_iter_based=True,
    ),
]
