# iCLIP on ZS-Stage, multi-action track, fold 1 of 4: persons and the frame.
# The bias is that of all methods on this track.
# python tools/train.py configs/i_clip/iclip_zs_stage_multi.py
_base_ = [
    '../_base_/models/iclip_tiny.py',
    '../_base_/datasets/zs_stage_multi.py',
    '../_base_/schedules/zs_stage.py',
    '../_base_/default_runtime.py',
]

model = dict(head=dict(bias=-4.0))
