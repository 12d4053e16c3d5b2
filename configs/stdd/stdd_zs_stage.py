# python tools/train.py configs/stdd/stdd_zs_stage.py
# Results: docs/zs_stage.md.
_base_ = [
    '../_base_/models/stdd_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/stdd_runtime.py',
]

default_hooks = dict(
    # After the warm-up, as the release.
    average_weights=dict(type='WeightAverageHook', interval=10, begin=60),
)
