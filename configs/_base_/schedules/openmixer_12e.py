# OpenMixer's recipe (released configs): 12 epochs, of which 2 of warm-up.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=12)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='AdamW', lr=1e-5, weight_decay=1e-4),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        begin=0,
        end=2,
        convert_to_iter_based=True,
    ),
    dict(type='MultiStepLR', milestones=[5, 8], gamma=0.1),
]
# Keyframes per step that the learning rate is meant for (--auto-scale-lr).
auto_scale_lr = dict(enable=False, base_batch_size=16)
