# iCLIP on OpenAI's ViT-L/14: AVA.
_base_ = 'iclip_vit-b16.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'))
