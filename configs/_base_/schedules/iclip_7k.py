# iCLIP on J-HMDB, as ST-CLIP's paper trains it (supplementary 7). As in the
# release, units learn ten times as fast, and every bias twice as fast as the
# rest of its part and without decay, those of layer norms, too.
_base_ = './stclip_3k.py'

__biases = dict(bias_lr_mult=2, bias_decay_mult=0)

train_cfg = dict(max_iters=7000)
optim_wrapper = dict(
    optimizer=dict(lr=2e-4),
    paramwise_cfg=dict(
        custom_keys={
            'units.': dict(lr_mult=10, **__biases),
            'prompting.': __biases,
        },
    ),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=700),
]
