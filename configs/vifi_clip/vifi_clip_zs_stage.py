# python tools/train.py configs/vifi_clip/vifi_clip_zs_stage.py
_base_ = [
    '../_base_/models/vifi_clip_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
