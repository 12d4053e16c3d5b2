# DA-STI on a few videos of each class (paper, section 4.1.2).
_base_ = './dasti_30e.py'

train_cfg = dict(max_epochs=50)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        begin=0,
        end=5,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        T_max=45,
        begin=5,
        end=50,
        convert_to_iter_based=True,
    ),
]
