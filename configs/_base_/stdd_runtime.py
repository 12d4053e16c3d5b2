# What STDD's runs share. A share of CLIP can be mixed into what is tested, by
# default_hooks.patch_weights.ratio: 0 for none, 0.5 in the release.
_base_ = './default_runtime.py'

default_hooks = dict(patch_weights=dict(type='PatchWeightsHook', ratio=0.0))
