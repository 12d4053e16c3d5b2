# python tools/train.py configs/da_sti/dasti_vit-b16_16f_k400.py
# Tested with one view. Zero-shot: the *_zs_* configs with its checkpoint.
_base_ = [
    '../_base_/models/dasti_vit-b16.py',
    '../_base_/datasets/kinetics400.py',
    '../_base_/schedules/dasti_30e.py',
    '../_base_/epoch_runtime.py',
]
