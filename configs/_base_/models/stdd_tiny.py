# STDD on the small CLIP that comes with the project, for ZS-Stage.
_base_ = 'stdd_vit-b16.py'

_folder = 'data/pretrained/tiny_clip'
model = dict(
    clip=dict(
        arch=f'{_folder}/open_clip_config.json',
        pretrained=f'{_folder}/tiny_clip.pt',
    ),
)
