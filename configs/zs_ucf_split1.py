# python tools/train.py configs/zs_ucf_split1.py
# Paper (8 V100): 49.09 frame mAP with detected boxes, 51.36 with soft voting;
# 87.11 and 92.90 with ground-truth boxes.
_base_ = [
    '_base_/models/stclip_vit-b16.py',
    '_base_/datasets/zs_ucf.py',
    '_base_/schedules/stclip_3k.py',
    '_base_/default_runtime.py',
]
