# DA-STI on ZS-Stage: short, so that a laptop's CPU trains it in minutes. What
# CLIP brings learns at a tenth of this rate: it is small, and needs more than
# the release's 5e-6.
_base_ = './dasti_optimizer.py'

train_cfg = dict(type='ResumableTrainLoop', max_iters=200)
optim_wrapper = dict(optimizer=dict(lr=2e-3))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.1, by_epoch=False, begin=0, end=50),
    dict(type='CosineAnnealingLR', by_epoch=False, begin=50, end=200),
]
