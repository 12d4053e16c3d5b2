# python tools/train.py configs/zs_jhmdb_split4.py
# Paper (8 V100): 83.22 frame mAP with detected boxes, 87.19 with soft voting;
# 85.28 and 90.27 with ground-truth boxes.
_base_ = 'zs_jhmdb_split1.py'

split = 'data/splits/zs_jhmdb/split4.yaml'
train_dataloader = dict(dataset=dict(label_split=split))
test_dataloader = dict(dataset=dict(label_split=split))
