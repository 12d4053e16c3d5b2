# UCF-101 with a few videos of each class to train on: few_shot.py.
_base_ = ['./ucf101.py', './few_shot.py']

train_dataloader = dict(dataset=dict(data_root='data/ucf101'))
