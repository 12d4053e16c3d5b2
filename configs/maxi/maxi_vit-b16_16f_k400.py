# python tools/test.py configs/maxi/maxi_match_k400.py, which lists the videos
# python tools/train.py configs/maxi/maxi_vit-b16_16f_k400.py
# Zero-shot: the *_zs_* configs with its checkpoint.
_base_ = [
    '../_base_/models/maxi_vit-b16.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/schedules/maxi_10e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400_bags.py',
]

__bags = _base_.train_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __bags
test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
