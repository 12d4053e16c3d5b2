# python tools/train.py configs/a5/a5_vit-b16_16f_k400.py
# Zero-shot: the *_zs_* configs with its checkpoint.
_base_ = [
    '../_base_/models/a5_vit-b16.py',
    '../_base_/pipelines/uniform_16f.py',
    '../_base_/schedules/a5_30e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
