# python tools/train.py configs/da_sti/dasti_vit-l14-336_32f_k400.py
# Paper, Table 3, with 4 clips x 3 crops: 88.8 top-1, 98.6 top-5.
# Tested with one view; 4 clips x 3 crops of each video, a batch by itself:
#     test_dataloader.dataset.views=4x3 test_dataloader.batch_size=1
_base_ = [
    '../_base_/models/dasti_vit-l14.py',
    '../_base_/pipelines/bike_32f_336.py',
    '../_base_/schedules/dasti_30e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

model = dict(clip=dict(arch='ViT-L-14-336-quickgelu'), num_frames=32)
__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
