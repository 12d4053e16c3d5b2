# UCF-101, 2 videos of each class to train on, from CLIP.
# python tools/train.py \
#     configs/vifi_clip/vifi_clip_vit-b16_32f_few_shot_ucf101_k2.py
# More: train_dataloader.dataset.shots=4, 8 or 16. Published: 80.7, 85.1, 90.0
# and 92.7.
_base_ = [
    '../_base_/models/vifi_clip_vit-b16.py',
    '../_base_/pipelines/vifi_32f.py',
    '../_base_/schedules/vifi_50e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/ucf101_few_shot.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
