# python tools/train.py configs/da_sti/dasti_vit-l14_16f_k400.py
# Paper, Table 3, with 4 clips x 3 crops: 87.5 top-1, 98.1 top-5.
_base_ = './dasti_vit-l14_8f_k400.py'

_train = _base_.train_dataloader.dataset.pipeline
_test = _base_.test_dataloader.dataset.pipeline
for _pipeline in (_train, _test):
    _pipeline[1].clip_len = 16
model = dict(num_frames=16)
train_dataloader = dict(dataset=dict(pipeline=_train))
test_dataloader = dict(dataset=dict(pipeline=_test))
