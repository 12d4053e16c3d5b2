# python tools/train.py configs/zs_jhmdb_split1.py
# Paper (8 V100): 74.55 frame mAP with detected boxes, 79.62 with soft voting;
# 79.02 and 85.02 with ground-truth boxes.
_base_ = [
    '_base_/models/stclip_vit-b16.py',
    '_base_/datasets/zs_jhmdb.py',
    '_base_/schedules/stclip_3k.py',
    '_base_/default_runtime.py',
]
