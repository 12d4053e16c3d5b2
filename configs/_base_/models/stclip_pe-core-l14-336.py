# ST-CLIP on Meta's PE-Core L/14 at 336 px, with interest tokens.
_base_ = 'stclip_vit-l14.py'

model = dict(clip=dict(arch='PE-Core-L-14-336', pretrained='meta'))
