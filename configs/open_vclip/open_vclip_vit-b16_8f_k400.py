# python tools/train.py configs/open_vclip/open_vclip_vit-b16_8f_k400.py
# Zero-shot: the *_zs_* configs with averaged.pth of its work dir.
_base_ = [
    '../_base_/models/open_vclip_vit-b16.py',
    '../_base_/pipelines/stdd_8f.py',
    '../_base_/schedules/open_vclip_22e.py',
    '../_base_/stdd_epoch_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
