# python tools/train.py configs/bike/bike_zs_stage.py
_base_ = [
    '../_base_/models/bike_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
