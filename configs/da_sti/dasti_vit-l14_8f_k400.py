# python tools/train.py configs/da_sti/dasti_vit-l14_8f_k400.py
# Paper, Table 3, with 4 clips x 3 crops: 87.3 top-1, 97.7 top-5.
_base_ = [
    '../_base_/models/dasti_vit-l14.py',
    '../_base_/datasets/kinetics400.py',
    '../_base_/schedules/dasti_30e.py',
    '../_base_/epoch_runtime.py',
]

_train = _base_.train_dataloader.dataset.pipeline
_test = _base_.test_dataloader.dataset.pipeline
for _pipeline in (_train, _test):
    _pipeline[1].clip_len = 8
train_dataloader = dict(dataset=dict(pipeline=_train))
test_dataloader = dict(dataset=dict(pipeline=_test))
