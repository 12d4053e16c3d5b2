# OpenAI's ViT-L/14 as it is: the baseline that is not trained.
_base_ = 'clip_vit-b16.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'))
