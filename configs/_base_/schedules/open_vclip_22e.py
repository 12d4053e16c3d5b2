# Open-VCLIP on Kinetics-400: STDD's schedule, which is Open-VCLIP's, on 8 GPUs
# with 8 videos each, with a second gradient between the weights and CLIP's.
_base_ = './stdd_22e.py'

optim_wrapper = dict(
    type='InterpolatedAmpOptimWrapper', max_share=0.6, weight=0.5
)
auto_scale_lr = dict(base_batch_size=64)
