# ViFi-CLIP as its release trains: decay of every weight, half precision, five
# epochs of warm-up. A schedule adds its end.
train_cfg = dict(type='EpochBasedTrainLoop')
optim_wrapper = dict(
    type='AmpOptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(
        type='AdamW', lr=2e-6, betas=(0.9, 0.98), weight_decay=0.001
    ),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.001,
        begin=0,
        end=5,
        convert_to_iter_based=True,
    ),
]
# Batches of 64: 8 GPUs with 8 videos each.
auto_scale_lr = dict(enable=False, base_batch_size=64)
