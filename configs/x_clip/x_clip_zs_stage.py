# python tools/train.py configs/x_clip/x_clip_zs_stage.py
_base_ = [
    '../_base_/models/x_clip_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
