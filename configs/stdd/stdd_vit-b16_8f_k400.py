# python tools/train.py configs/stdd/stdd_vit-b16_8f_k400.py
# Zero-shot: the *_zs_* configs with averaged.pth of its work dir.
_base_ = [
    '../_base_/models/stdd_vit-b16.py',
    '../_base_/datasets/stdd_kinetics400.py',
    '../_base_/schedules/stdd_22e.py',
    '../_base_/epoch_runtime.py',
]

custom_hooks = [*_base_.hooks, dict(type='WeightAverageHook', begin=2)]
