# Vita-CLIP on AVA, as ST-CLIP's paper trains it to compare with (Table 10).
_base_ = './stclip_20k.py'

train_cfg = dict(max_iters=10000)
param_scheduler = [
    dict(
        type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=1000
    ),
]
