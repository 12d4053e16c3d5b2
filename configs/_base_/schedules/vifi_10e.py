# ViFi-CLIP on Kinetics-400: batches of 256 videos, four times 64.
_base_ = './vifi_epochs.py'

train_cfg = dict(max_epochs=10)
optim_wrapper = dict(optimizer=dict(lr=8e-6), accumulative_counts=4)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=5,
        eta_min_ratio=0.01,
        begin=5,
        end=10,
        convert_to_iter_based=True,
    ),
]
