# ST-CLIP on the small CLIP that comes with the project, for ZS-Stage.
_base_ = 'stclip_vit-b16.py'

__folder = 'data/pretrained/tiny_clip'
model = dict(
    clip=dict(
        arch=f'{__folder}/open_clip_config.json',
        pretrained=f'{__folder}/tiny_clip.pt',
        underscores_to_spaces=True,
    ),
)
