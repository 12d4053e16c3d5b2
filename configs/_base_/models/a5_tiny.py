# A5 on the small CLIP that comes with the project, for ZS-Stage. Its text
# tower is narrow: a quarter of the learned words.
_base_ = 'a5_vit-b16.py'

model = dict(
    clip=dict(
        arch='data/pretrained/tiny_clip/open_clip_config.json',
        pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
    ),
    num_frames=8,
    prefix=4,
    postfix=4,
)
