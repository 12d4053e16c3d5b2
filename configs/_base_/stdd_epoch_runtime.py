# What STDD's trainings share: weights are averaged from the second epoch on;
# averaged.pth lies beside the checkpoints.
_base_ = './epoch_runtime.py'

default_hooks = dict(
    patch_weights=dict(type='PatchWeightsHook', ratio=0.0),
    average_weights=dict(type='WeightAverageHook', begin=2),
)
