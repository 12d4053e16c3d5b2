# Prompts of base-to-novel, UCF-101, on the towers of K400's training.
# python tools/train.py \
#     configs/vifi_clip/vifi_clip_prompts_vit-b16_32f_b2n_ucf101_base.py
# Published: 95.9 on the base classes, 74.1 on the novel ones.
_base_ = [
    '../_base_/models/vifi_clip_prompts_vit-b16.py',
    '../_base_/pipelines/vifi_32f.py',
    '../_base_/schedules/vifi_11e.py',
    '../_base_/vifi_prompts_runtime.py',
    '../_base_/datasets/ucf101_base_to_novel.py',
]

optim_wrapper = dict(optimizer=dict(lr=4e-2))

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
