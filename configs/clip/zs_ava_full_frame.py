# python tools/test.py configs/clip/zs_ava_full_frame.py
# CLIP on the full frame, nothing trained. Label split 1. Paper (Table 1): 8.67 frame mAP.
_base_ = [
    '../_base_/models/clip_vit-l14.py',
    '../_base_/datasets/zs_ava.py',
    '../_base_/schedules/stclip_20k.py',
    '../_base_/default_runtime.py',
]
