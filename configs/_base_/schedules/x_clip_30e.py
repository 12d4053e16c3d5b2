# X-CLIP as its release trains on Kinetics-400: 30 epochs of which 5 warm up,
# cosine decay to a hundredth; CLIP learns at a tenth of the rate, 8e-6.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=30)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(
        type='AdamW', lr=8e-5, betas=(0.9, 0.98), weight_decay=1e-3
    ),
    paramwise_cfg=dict(custom_keys=dict(clip=dict(lr_mult=0.1))),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-2,
        begin=0,
        end=5,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        T_max=25,
        eta_min_ratio=0.01,
        begin=5,
        end=30,
        convert_to_iter_based=True,
    ),
]
auto_scale_lr = dict(enable=False, base_batch_size=256)
