# The small CLIP that comes with the project, as it is.
_base_ = 'clip_vit-b16.py'

_folder = 'data/pretrained/tiny_clip'
model = dict(
    clip=dict(
        arch=f'{_folder}/open_clip_config.json',
        pretrained=f'{_folder}/tiny_clip.pt',
        underscores_to_spaces=True,
    ),
)
