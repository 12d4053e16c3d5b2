# DA-STI on a few videos of each class (paper, section 4.1.2).
_base_ = './dasti_epochs.py'

train_cfg = dict(max_epochs=50)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=45,
        begin=5,
        end=50,
        convert_to_iter_based=True,
    ),
]
