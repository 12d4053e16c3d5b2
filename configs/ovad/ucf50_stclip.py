# python tools/train.py configs/ovad/ucf50_stclip.py
# ST-CLIP trained on 12 base actions of UCF101-24 and tested by OpenMixer's
# protocol, on these and 12 novel ones.
_base_ = [
    '../_base_/models/stclip_vit-b16.py',
    '../_base_/datasets/ovad_ucf.py',
    '../_base_/schedules/stclip_3k.py',
    '../_base_/default_runtime.py',
]
