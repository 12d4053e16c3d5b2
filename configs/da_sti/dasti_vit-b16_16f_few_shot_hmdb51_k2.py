# HMDB-51, 2 videos of each class to train on.
# python tools/train.py \
#     configs/da_sti/dasti_vit-b16_16f_few_shot_hmdb51_k2.py \
#     --cfg-options load_from=work_dirs/dasti_vit-b16_16f_k400/epoch_30.pth
# Starts from CLIP without load_from. More: train_dataloader.dataset.shots=4, 8
# or 16. Paper: 60.4, 63.9, 67.9 and 71.2.
_base_ = [
    '../_base_/models/dasti_vit-b16.py',
    '../_base_/pipelines/bike_16f.py',
    '../_base_/schedules/dasti_few_shot_50e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/hmdb51_few_shot.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
# An epoch is about as long as with all videos, as BIKE has it.
train_dataloader = dict(
    dataset=dict(pipeline=train_pipeline, epoch_videos=3570)
)
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
