# BIKE's video branch on OpenAI's ViT-L/14, 8 frames.
_base_ = './bike_vit-b16.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'))
