# python tools/test.py \
#     configs/tc_clip/tc_clip_vit-b16_16f_zs_ucf101_split1.py \
#     work_dirs/tc_clip_vit-b16_16f_k400/epoch_10.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
# Two views, as the authors; theirs are drawn at random, ours are not. Their
# README, mean and deviation over the splits: 82.9 +- 0.6.
_base_ = [
    '../_base_/models/tc_clip_vit-b16.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/tc_clip_runtime.py',
    '../_base_/datasets/ucf101.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline, views='2x1'))
