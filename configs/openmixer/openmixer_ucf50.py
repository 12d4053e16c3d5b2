# OpenMixer trained on 12 base actions of UCF101-24 and tested by its authors'
# protocol, on these and 12 novel ones, with boxes of its own. Differs as
# openmixer_jhmdb50.py does. What the release has for UCF101-24: CLIP's own
# answer counts for more at the start, actions for less in the loss, and a step
# has 8 keyframes at the same rate.
# python tools/train.py configs/openmixer/openmixer_ucf50.py
_base_ = [
    '../_base_/models/openmixer_vit-b16.py',
    '../_base_/datasets/ovad_ucf_windows.py',
    '../_base_/schedules/openmixer_12e.py',
    '../_base_/epoch_runtime.py',
]

model = dict(decoder=dict(alpha=0.999), loss=dict(action=8.0))
auto_scale_lr = dict(base_batch_size=8)
