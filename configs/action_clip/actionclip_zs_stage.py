# python tools/train.py configs/action_clip/actionclip_zs_stage.py
_base_ = [
    '../_base_/models/actionclip_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
