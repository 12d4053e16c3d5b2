# The small CLIP that comes with the project, as it is.
_base_ = 'clip_vit-b16.py'

__folder = 'data/pretrained/tiny_clip'
model = dict(
    clip=dict(
        arch=f'{__folder}/open_clip_config.json',
        pretrained=f'{__folder}/tiny_clip.pt',
        underscores_to_spaces=True,
    ),
)
