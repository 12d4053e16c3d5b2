# What zero-shot tests of TC-CLIP share: 0.3 of CLIP is mixed into all weights
# that CLIP has, by default_hooks.patch_weights.ratio (0 for none, 1 for CLIP's
# own; the release counts the other way round).
_base_ = './default_runtime.py'

default_hooks = dict(
    patch_weights=dict(
        type='PatchWeightsHook', ratio=0.3, but_for=('context.', 'prompting.')
    )
)
