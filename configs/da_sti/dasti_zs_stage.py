# python tools/train.py configs/da_sti/dasti_zs_stage.py
# Results: docs/zs_stage.md.
_base_ = [
    '../_base_/models/dasti_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]
