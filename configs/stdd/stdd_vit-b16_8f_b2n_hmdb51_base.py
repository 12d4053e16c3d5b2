# Base-to-novel, HMDB-51: trained and tested on the base classes.
# python tools/train.py configs/stdd/stdd_vit-b16_8f_b2n_hmdb51_base.py
_base_ = [
    '../_base_/models/stdd_vit-b16.py',
    '../_base_/datasets/stdd_b2n_hmdb51.py',
    '../_base_/schedules/stdd_12e.py',
    '../_base_/epoch_runtime.py',
]

custom_hooks = [*_base_.hooks, dict(type='WeightAverageHook', begin=2)]
