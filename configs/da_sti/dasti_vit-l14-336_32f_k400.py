# python tools/train.py configs/da_sti/dasti_vit-l14-336_32f_k400.py
# Paper, Table 3, with 4 clips x 3 crops: 88.8 top-1, 98.6 top-5.
_base_ = './dasti_vit-l14_8f_k400.py'

_train = _base_.train_dataloader.dataset.pipeline
_train[1].clip_len = 32
_train[3].scale = (-1, 384)
_train[5].scale = (336, 336)
_test = _base_.test_dataloader.dataset.pipeline
_test[1].clip_len = 32
_test[3].scale = (-1, 336)
_test[4].crop_size = 336
model = dict(clip=dict(arch='ViT-L-14-336-quickgelu'), num_frames=32)
train_dataloader = dict(dataset=dict(pipeline=_train))
test_dataloader = dict(dataset=dict(pipeline=_test))
