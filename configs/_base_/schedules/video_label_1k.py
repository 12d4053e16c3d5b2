# Classifiers of videos on J-HMDB, as ST-CLIP's paper trains those that it
# compares with.
_base_ = './stclip_3k.py'

train_cfg = dict(max_iters=1000)
optim_wrapper = dict(optimizer=dict(lr=2e-4))
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=700),
]
