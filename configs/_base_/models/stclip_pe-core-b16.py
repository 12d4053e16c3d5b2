# ST-CLIP on Meta's PE-Core B/16: as many patches as OpenAI's ViT-B/16.
_base_ = 'stclip_vit-b16.py'

model = dict(clip=dict(arch='PE-Core-B-16', pretrained='meta'))
