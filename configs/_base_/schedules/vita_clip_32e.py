# Vita-CLIP as its release trains on Kinetics-400: 30,000 steps of 256 videos,
# which are 32 epochs; cosine decay from the start, no warm-up.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=32)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='AdamW', lr=4e-4, weight_decay=0.05),
)
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        T_max=32,
        begin=0,
        end=32,
        convert_to_iter_based=True,
    ),
]
auto_scale_lr = dict(enable=False, base_batch_size=256)
