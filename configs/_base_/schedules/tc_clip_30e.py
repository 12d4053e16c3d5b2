# TC-CLIP, supervised on Kinetics-400: ViFi-CLIP's recipe, ten times its rate
# for the learned words and what prompts them.
_base_ = './vifi_30e.py'

optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys=dict(prompting=dict(lr_mult=10)))
)
