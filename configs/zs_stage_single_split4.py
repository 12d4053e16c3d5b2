# python tools/train.py configs/zs_stage_single_split4.py
_base_ = 'zs_stage_single.py'

split = 'data/splits/zs_stage/single_split4.yaml'
train_dataloader = dict(dataset=dict(label_split=split))
test_dataloader = dict(dataset=dict(label_split=split))
