# iCLIP on ZS-Stage, single-action track, fold 1 of 4: persons and the frame.
# python tools/train.py configs/i_clip/iclip_zs_stage_single.py
_base_ = [
    '../_base_/models/iclip_tiny.py',
    '../_base_/datasets/zs_stage_single.py',
    '../_base_/schedules/zs_stage.py',
    '../_base_/default_runtime.py',
]
