# OpenMixer on the small CLIP that comes with the project, for ZS-Stage.
_base_ = './openmixer_vit-b16.py'

model = dict(
    data_preprocessor=dict(num_frames=8),
    clip=dict(
        arch='data/pretrained/tiny_clip/open_clip_config.json',
        pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
    ),
    decoder=dict(
        num_stages=2,
        num_queries=16,
        num_frames=8,
        points=8,
        out_multiplier=2,
        ffn_width=512,
    ),
)
