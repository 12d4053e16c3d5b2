# ST-CLIP on ZS-AVA, label split 1: person boxes and unseen actions.
# Model: OpenAI's ViT-L/14 with LoRA of rank 8, one layer of attention over a
# window of 9 frames, prompting at all layers, 100 interest tokens.
# Recipe: 20,000 steps of 8 keyframes, SGD, learning rate 4e-4 after 2,000
# steps of warm-up; tested on the detector's boxes and on those of the
# annotators.
# Paper (8 V100): 12.85 frame mAP with detected boxes, 15.80 with ground truth.
# python tools/train.py configs/zs_ava_split1.py
# A step takes 4 GB above the model with --cfg-options
# model.clip.with_cp=True.
_base_ = [
    '_base_/models/stclip_vit-l14.py',
    '_base_/datasets/zs_ava.py',
    '_base_/schedules/stclip_20k.py',
    '_base_/default_runtime.py',
]
