# python tools/train.py configs/vita_clip/vita_clip_vit-b16_8f_k400.py
# Zero-shot: the *_zs_* configs with its checkpoint. Tested here with what it
# has learned of these classes: --cfg-options model.test_text=context
_base_ = [
    '../_base_/models/vita_clip_vit-b16.py',
    '../_base_/pipelines/uniform_8f.py',
    '../_base_/schedules/vita_clip_32e.py',
    '../_base_/epoch_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

__labels = _base_.test_dataloader.dataset.pipeline
train_pipeline = _base_.train_pipeline + __labels
test_pipeline = _base_.test_pipeline + __labels
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
