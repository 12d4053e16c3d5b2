# ST-CLIP on J-HMDB and UCF101-24 (paper, section 5.1 and supplementary 7).
train_cfg = dict(type='ResumableTrainLoop', max_iters=3000)
optim_wrapper = dict(
    type='OptimWrapper',
    constructor='TrainableParamsConstructor',
    optimizer=dict(type='SGD', lr=2.5e-4, momentum=0.9, weight_decay=1e-7),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=800),
]
# Keyframes per step that the learning rate is meant for (--auto-scale-lr).
auto_scale_lr = dict(enable=False, base_batch_size=8)
