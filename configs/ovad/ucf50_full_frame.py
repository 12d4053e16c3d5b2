# python tools/test.py configs/ovad/ucf50_full_frame.py
# CLIP on the full frame, nothing trained, in OpenMixer's protocol: 12 base and
# 12 novel actions.
_base_ = [
    '../_base_/models/clip_vit-b16.py',
    '../_base_/datasets/ovad_ucf.py',
    '../_base_/schedules/stclip_3k.py',
    '../_base_/default_runtime.py',
]
