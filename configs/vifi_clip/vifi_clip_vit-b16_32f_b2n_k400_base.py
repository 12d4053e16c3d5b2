# Base-to-novel, Kinetics-400: trained and tested on the base classes; on the
# novel ones with --cfg-options test_dataloader.dataset.part=novel
# python tools/train.py \
#     configs/vifi_clip/vifi_clip_vit-b16_32f_b2n_k400_base.py
# Published: 76.4 on the base classes, 61.1 on the novel ones.
_base_ = [
    '../_base_/models/vifi_clip_vit-b16.py',
    '../_base_/pipelines/vifi_32f.py',
    '../_base_/schedules/vifi_11e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400_base_to_novel.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
