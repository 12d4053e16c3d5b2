# DA-STI on a few videos of each class (paper, section 4.1.2).
_base_ = './dasti_30e.py'

train_cfg = dict(max_epochs=50)
_schedulers = _base_.param_scheduler
_schedulers[1].update(T_max=45, end=50)
param_scheduler = _schedulers
