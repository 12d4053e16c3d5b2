# python tools/train.py configs/da_sti/dasti_vit-b16_8f_k400.py
# 8 frames instead of 16.
_base_ = './dasti_vit-b16_16f_k400.py'

_train = _base_.train_dataloader.dataset.pipeline
_test = _base_.test_dataloader.dataset.pipeline
for _pipeline in (_train, _test):
    _pipeline[1].clip_len = 8
model = dict(num_frames=8)
train_dataloader = dict(dataset=dict(pipeline=_train))
test_dataloader = dict(dataset=dict(pipeline=_test))
