# python tools/train.py configs/text4vis/text4vis_zs_stage.py
_base_ = [
    '../_base_/models/text4vis_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
