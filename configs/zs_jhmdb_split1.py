# ST-CLIP on ZS-JHMDB, label split 1: person boxes and unseen actions.
# Model: OpenAI's ViT-B/16 with LoRA of rank 8, one layer of attention over a
# window of 9 frames, prompting at all layers, no interest tokens.
# Recipe: 3,000 steps of 8 keyframes, SGD, learning rate 2.5e-4 after 800 steps
# of warm-up; tested on the detector's boxes and on those of the annotators.
# Paper (8 V100): 74.55 frame mAP with detected boxes, 79.62 with soft voting;
# 79.02 and 85.02 with ground-truth boxes.
# python tools/train.py configs/zs_jhmdb_split1.py
_base_ = [
    '_base_/models/stclip_vit-b16.py',
    '_base_/datasets/zs_jhmdb.py',
    '_base_/schedules/stclip_3k.py',
    '_base_/default_runtime.py',
]
