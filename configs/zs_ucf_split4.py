# ST-CLIP on ZS-UCF, label split 4: person boxes and unseen actions.
# Model: OpenAI's ViT-B/16 with LoRA of rank 8, one layer of attention over a
# window of 9 frames, prompting at all layers, no interest tokens.
# Recipe: 3,000 steps of 8 keyframes, SGD, learning rate 2.5e-4 after 800 steps
# of warm-up; tested on the detector's boxes and on those of the annotators.
# Paper (8 V100): 53.92 frame mAP with detected boxes, 54.52 with soft voting;
# 92.23 and 94.44 with ground-truth boxes.
# python tools/train.py configs/zs_ucf_split4.py
_base_ = 'zs_ucf_split1.py'

__split = dict(label_split='data/splits/zs_ucf/split4.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
