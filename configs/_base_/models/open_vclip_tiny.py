# Open-VCLIP on the small CLIP that comes with the project, for ZS-Stage.
_base_ = 'open_vclip_vit-b16.py'

model = dict(
    clip=dict(
        arch='data/pretrained/tiny_clip/open_clip_config.json',
        pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
    ),
)
