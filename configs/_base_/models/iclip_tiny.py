# iCLIP on the small CLIP that comes with the project, for ZS-Stage, where
# nobody looks for objects.
_base_ = 'iclip_vit-b16.py'

model = dict(
    clip=dict(
        arch='data/pretrained/tiny_clip/open_clip_config.json',
        pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
        underscores_to_spaces=True,
    ),
    units='PHPH',
)
