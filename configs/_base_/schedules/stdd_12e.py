# STDD on the base classes of base-to-novel: shorter.
_base_ = './stdd_22e.py'

train_cfg = dict(max_epochs=12)
_schedulers = _base_.param_scheduler
_schedulers[1].update(T_max=10, end=12)
param_scheduler = _schedulers
