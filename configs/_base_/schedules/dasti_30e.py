# DA-STI on Kinetics-400 (paper, section 4.1.2). Unstated there and as BIKE
# has it: a tenth of the learning rate for what CLIP brings, cosine decay after
# five epochs of warm-up.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=30)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='AdamW', lr=5e-5, weight_decay=0.05),
    paramwise_cfg=dict(custom_keys=dict(clip=dict(lr_mult=0.1))),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        begin=0,
        end=5,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        T_max=25,
        begin=5,
        end=30,
        convert_to_iter_based=True,
    ),
]
# Videos per step that the learning rate is meant for: 8 GPUs with 8 each
# (--auto-scale-lr of mmaction2's train.py).
auto_scale_lr = dict(enable=False, base_batch_size=64)
