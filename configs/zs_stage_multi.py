# python tools/train.py configs/zs_stage_multi.py
# Results: docs/zs_stage.md.
_base_ = [
    '_base_/models/stclip_tiny.py',
    '_base_/datasets/zs_stage_multi.py',
    '_base_/schedules/zs_stage.py',
    '_base_/default_runtime.py',
]

model = dict(num_interest_tokens=24)
