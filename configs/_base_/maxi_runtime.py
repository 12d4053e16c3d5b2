# What zero-shot tests of MAXI share: a fifth of CLIP is mixed into the tuned
# weights.
_base_ = './stdd_runtime.py'

default_hooks = dict(patch_weights=dict(ratio=0.2))
