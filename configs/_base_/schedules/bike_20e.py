# BIKE and Text4Vis on Kinetics-400, ViT-L/14: 20 epochs, which of Text4Vis is
# not told.
_base_ = './dasti_epochs.py'

train_cfg = dict(max_epochs=20)
optim_wrapper = dict(type='AmpOptimWrapper', optimizer=dict(weight_decay=0.2))
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=15,
        begin=5,
        end=20,
        convert_to_iter_based=True,
    ),
]
auto_scale_lr = dict(base_batch_size=256)
