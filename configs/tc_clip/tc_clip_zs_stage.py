# python tools/train.py configs/tc_clip/tc_clip_zs_stage.py
_base_ = [
    '../_base_/models/tc_clip_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]

# As CLIP's layers, to which they belong.
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys={'context.biases': dict(lr_mult=0.1)})
)
