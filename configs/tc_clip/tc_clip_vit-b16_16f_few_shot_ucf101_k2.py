# UCF-101, 2 videos of each class to train on, from CLIP.
# python tools/train.py \
#     configs/tc_clip/tc_clip_vit-b16_16f_few_shot_ucf101_k2.py
# More: train_dataloader.dataset.shots=4, 8 or 16. Published: 85.9, 89.9, 92.5
# and 94.6.
_base_ = [
    '../_base_/models/tc_clip_vit-b16.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/schedules/tc_clip_50e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/ucf101_few_shot.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline, views='2x1'))
