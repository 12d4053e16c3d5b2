# python tools/train.py configs/zs_ava_split1.py
# Paper (8 V100): 12.85 frame mAP with detected boxes, 15.80 with ground truth.
_base_ = [
    '_base_/models/stclip_vit-l14.py',
    '_base_/datasets/zs_ava.py',
    '_base_/schedules/stclip_20k.py',
    '_base_/default_runtime.py',
]
