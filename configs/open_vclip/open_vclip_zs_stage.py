# python tools/train.py configs/open_vclip/open_vclip_zs_stage.py
_base_ = [
    '../_base_/models/open_vclip_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/stdd_runtime.py',
]

optim_wrapper = dict(type='InterpolatedOptimWrapper')
default_hooks = dict(
    # After the warm-up, as the release.
    average_weights=dict(type='WeightAverageHook', interval=10, begin=60),
)
