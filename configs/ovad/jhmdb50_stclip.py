# python tools/train.py configs/ovad/jhmdb50_stclip.py
# ST-CLIP trained on 10 base actions of J-HMDB and tested by OpenMixer's
# protocol, on these and 11 novel ones.
_base_ = [
    '../_base_/models/stclip_vit-b16.py',
    '../_base_/datasets/ovad_jhmdb.py',
    '../_base_/schedules/stclip_3k.py',
    '../_base_/default_runtime.py',
]
