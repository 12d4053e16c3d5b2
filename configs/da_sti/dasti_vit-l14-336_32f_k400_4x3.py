# python tools/test.py \
#     configs/da_sti/dasti_vit-l14-336_32f_k400_4x3.py CHECKPOINT
# Probabilities averaged over 4 clips x 3 crops, of which each video is a batch
# by itself.
_base_ = './dasti_vit-l14-336_32f_k400.py'

_test = _base_.test_dataloader.dataset.pipeline
_test[1].num_clips = 4
_test[4] = dict(type='ThreeCrop', crop_size=336)
test_dataloader = dict(batch_size=1, dataset=dict(pipeline=_test))
