# ViFi-CLIP on the small CLIP that comes with the project, for ZS-Stage.
_base_ = 'vifi_clip_vit-b16.py'

model = dict(
    clip=dict(
        arch='data/pretrained/tiny_clip/open_clip_config.json',
        pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
    ),
    num_frames=8,
)
