# UCF-101, 2 videos of each class: prompts alone, on the towers of K400's
# training.
# python tools/train.py \
#     configs/vifi_clip/vifi_clip_prompts_vit-b16_32f_few_shot_ucf101_k2.py
# More: train_dataloader.dataset.shots=4, 8 or 16. Published: 91.0, 93.7, 95.0
# and 96.4.
_base_ = [
    '../_base_/models/vifi_clip_prompts_vit-b16.py',
    '../_base_/pipelines/vifi_32f.py',
    '../_base_/schedules/vifi_50e.py',
    '../_base_/vifi_prompts_runtime.py',
    '../_base_/datasets/ucf101_few_shot.py',
]

model = dict(
    prompts=dict(num_visual=10, num_text=10, visual_depth=12, text_depth=12)
)
optim_wrapper = dict(optimizer=dict(lr=8e-3))

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
