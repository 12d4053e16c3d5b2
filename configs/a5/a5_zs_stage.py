# python tools/train.py configs/a5/a5_zs_stage.py
_base_ = [
    '../_base_/models/a5_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
