# What runs share that count in epochs: a checkpoint for each.
_base_ = './default_runtime.py'

default_hooks = dict(checkpoint=dict(by_epoch=True, interval=1))
log_processor = dict(by_epoch=True)
