# python tools/train.py configs/stdd/stdd_vit-l14_8f_k400.py
# The release trains it with half the videos a step.
_base_ = './stdd_vit-b16_8f_k400.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'))
auto_scale_lr = dict(base_batch_size=16)
