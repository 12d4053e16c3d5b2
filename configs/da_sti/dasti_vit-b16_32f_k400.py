# python tools/train.py configs/da_sti/dasti_vit-b16_32f_k400.py
# 32 frames instead of 16.
# Tested with one view; 4 clips x 3 crops of each video, a batch by itself:
#     test_dataloader.dataset.views=4x3 test_dataloader.batch_size=1
_base_ = [
    '../_base_/models/dasti_vit-b16.py',
    '../_base_/pipelines/bike_32f.py',
    '../_base_/schedules/dasti_30e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

model = dict(num_frames=32)
__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
