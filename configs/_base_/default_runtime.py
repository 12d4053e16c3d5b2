# What every run shares. `randomness` is left out on purpose: mmaction2's own
# train.py obeys --seed only when the config does not set it.
custom_imports = dict(imports=['stclip.registry'], allow_failed_imports=False)
default_scope = 'stclip'
runner_type = 'stclip.AnyDeviceRunner'
launcher = 'none'
load_from = None
resume = False
log_level = 'INFO'

default_hooks = dict(
    runtime_info=dict(type='RuntimeInfoHook'),
    timer=dict(type='IterTimerHook'),
    logger=dict(type='AtomicLoggerHook', interval=20),
    param_scheduler=dict(type='ParamSchedulerHook'),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    checkpoint=dict(
        type='AtomicCheckpointHook',
        by_epoch=False,
        interval=500,
        max_keep_ckpts=2,
    ),
    plain_checkpoint=dict(type='PlainCheckpointHook'),
    strict_load=dict(type='StrictLoadHook'),
    divergence=dict(type='DivergenceHook'),
)
log_processor = dict(type='LogProcessor', window_size=20, by_epoch=False)
visualizer = dict(
    type='Visualizer',
    vis_backends=[
        dict(type='LocalVisBackend'),
        dict(type='TensorboardVisBackend'),
    ],
)

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    # gloo takes its place on machines without a GPU.
    dist_cfg=dict(backend='nccl'),
)
# By its path: mmengine looks this one name up outside the default scope.
model_wrapper_cfg = dict(type='stclip.engine.any_device.AnyDeviceDDP')

# No validation: the only labelled videos left are those of the test classes.
val_dataloader = None
val_cfg = None
val_evaluator = None
test_cfg = dict(type='AmpTestLoop')
