# ST-CLIP on AVA (paper, section 5.1 and supplementary 7).
_base_ = './stclip_3k.py'

train_cfg = dict(max_iters=20000)
optim_wrapper = dict(optimizer=dict(lr=4e-4))
param_scheduler = [
    dict(
        type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=2000
    ),
]
