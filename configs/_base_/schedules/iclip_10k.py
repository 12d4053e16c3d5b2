# iCLIP on UCF101-24, as ST-CLIP's paper trains it (supplementary 7).
_base_ = './iclip_7k.py'

train_cfg = dict(max_iters=10000)
param_scheduler = [
    dict(
        type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=1000
    ),
]
