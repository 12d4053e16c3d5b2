# DA-STI on Kinetics-400 (paper, section 4.1.2).
_base_ = './dasti_epochs.py'

train_cfg = dict(max_epochs=30)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=25,
        begin=5,
        end=30,
        convert_to_iter_based=True,
    ),
]
