# Base-to-novel, Kinetics-400: trained and tested on the base classes; on the
# novel ones with --cfg-options test_dataloader.dataset.part=novel
# python tools/train.py configs/tc_clip/tc_clip_vit-b16_16f_b2n_k400_base.py
# Published: 78.9 on the base classes, 63.6 on the novel ones.
_base_ = [
    '../_base_/models/tc_clip_vit-b16.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/schedules/tc_clip_12e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400_base_to_novel.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline, views='2x1'))
