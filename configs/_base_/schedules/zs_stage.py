# ST-CLIP on ZS-Stage: short, so that a laptop's CPU trains it in minutes. The
# values were chosen on data/splits/zs_stage/single_dev.yaml, whose unseen
# actions are training actions of label split 1; docs/zs_stage.md tells what
# was tried.
_base_ = 'stclip_3k.py'

train_cfg = dict(max_iters=400)
optim_wrapper = dict(optimizer=dict(lr=1e-2))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=100),
]
