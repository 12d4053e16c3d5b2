# OpenMixer on ZS-Stage, single-action track, fold 1 of 4, with boxes of its
# own.
# python tools/train.py configs/openmixer/openmixer_zs_stage.py
_base_ = [
    '../_base_/models/openmixer_tiny.py',
    '../_base_/datasets/zs_stage_windows.py',
    '../_base_/schedules/openmixer_zs_stage.py',
    '../_base_/default_runtime.py',
]
