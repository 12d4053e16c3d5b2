# STDD as its release trains: 4 GPUs with 8 videos each, two epochs of warm-up,
# cosine decay to the hundredth; biases, norms and other vectors without weight
# decay. A schedule adds its end.
train_cfg = dict(type='EpochBasedTrainLoop')
optim_wrapper = dict(
    type='AmpOptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(
        type='AdamW', lr=3.33e-6, betas=(0.9, 0.999), weight_decay=0.01
    ),
    paramwise_cfg=dict(
        norm_decay_mult=0.0,
        bias_decay_mult=0.0,
        # Vectors that are called neither norm nor bias.
        custom_keys=dict(
            class_embedding=dict(decay_mult=0.0),
            in_proj_bias=dict(decay_mult=0.0),
        ),
    ),
    clip_grad=dict(max_norm=1.0),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        begin=0,
        end=2,
        convert_to_iter_based=True,
    ),
]
auto_scale_lr = dict(enable=False, base_batch_size=32)
