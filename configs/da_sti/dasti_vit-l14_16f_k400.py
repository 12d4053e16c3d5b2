# python tools/train.py configs/da_sti/dasti_vit-l14_16f_k400.py
# Paper, Table 3, with 4 clips x 3 crops: 87.5 top-1, 98.1 top-5.
# Tested with one view; 4 clips x 3 crops of each video, a batch by itself:
#     test_dataloader.dataset.views=4x3 test_dataloader.batch_size=1
_base_ = [
    '../_base_/models/dasti_vit-l14.py',
    '../_base_/datasets/kinetics400.py',
    '../_base_/pipelines/train_16f.py',
    '../_base_/pipelines/test_16f.py',
    '../_base_/schedules/dasti_30e.py',
    '../_base_/epoch_runtime.py',
]

model = dict(num_frames=16)
train_pipeline = [
    *_base_.train_pipeline,
    *_base_.train_dataloader.dataset.pipeline,
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_pipeline = [
    *_base_.test_pipeline,
    *_base_.test_dataloader.dataset.pipeline,
]
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
