# ViFi-CLIP, supervised on Kinetics-400: batches of 512 videos, eight times 64.
_base_ = './vifi_epochs.py'

train_cfg = dict(max_epochs=30)
optim_wrapper = dict(optimizer=dict(lr=2.2e-5), accumulative_counts=8)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=25,
        eta_min_ratio=0.01,
        begin=5,
        end=30,
        convert_to_iter_based=True,
    ),
]
