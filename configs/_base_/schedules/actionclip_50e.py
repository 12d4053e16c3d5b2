# ActionCLIP on Kinetics-400, ViT-B/16, as its code trains it: 5e-6 for CLIP,
# ten times that for the temporal layers, batches of 128 videos.
_base_ = './dasti_epochs.py'

train_cfg = dict(max_epochs=50)
optim_wrapper = dict(
    type='AmpOptimWrapper',
    optimizer=dict(weight_decay=0.2, betas=(0.9, 0.98)),
)
param_scheduler = [
    *_base_.param_scheduler,
    dict(
        type='CosineAnnealingLR',
        T_max=45,
        begin=5,
        end=50,
        convert_to_iter_based=True,
    ),
]
auto_scale_lr = dict(base_batch_size=128)
