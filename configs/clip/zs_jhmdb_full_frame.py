# python tools/test.py configs/clip/zs_jhmdb_full_frame.py
# CLIP on the full frame, nothing trained. Label split 1. Paper (Table 2): 64.63 frame mAP.
_base_ = [
    '../_base_/models/clip_vit-b16.py',
    '../_base_/datasets/zs_jhmdb.py',
    '../_base_/schedules/stclip_3k.py',
    '../_base_/default_runtime.py',
]
