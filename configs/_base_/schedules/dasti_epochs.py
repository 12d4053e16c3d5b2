# DA-STI on real videos (paper, section 4.1.2). Unstated there and as BIKE has
# it: cosine decay after five epochs of warm-up. A schedule adds its end.
_base_ = './dasti_optimizer.py'

train_cfg = dict(type='EpochBasedTrainLoop')
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.01,
        begin=0,
        end=5,
        convert_to_iter_based=True,
    ),
]
# Videos per step that the learning rate is meant for: 8 GPUs with 8 each
# (--auto-scale-lr).
auto_scale_lr = dict(enable=False, base_batch_size=64)
