# ST-CLIP on Google's SigLIP2 B/16, which has no class token.
_base_ = 'stclip_vit-b16.py'

model = dict(clip=dict(arch='ViT-B-16-SigLIP2', pretrained='webli'))
