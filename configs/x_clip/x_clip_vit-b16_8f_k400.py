# python tools/train.py configs/x_clip/x_clip_vit-b16_8f_k400.py
# Zero-shot: the *_zs_* configs with its checkpoint.
_base_ = [
    '../_base_/models/x_clip_vit-b16.py',
    '../_base_/pipelines/uniform_8f.py',
    '../_base_/schedules/x_clip_30e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
