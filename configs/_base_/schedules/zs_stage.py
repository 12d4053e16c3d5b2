# ST-CLIP on ZS-Stage: short, so that a laptop's CPU trains it in minutes. Rate
# and length are to be chosen on the development sets, see
# docs/zs_stage_protocol.md; these are what the search starts from.
_base_ = 'stclip_3k.py'

train_cfg = dict(max_iters=200)
optim_wrapper = dict(optimizer=dict(lr=1e-2))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=50),
]
