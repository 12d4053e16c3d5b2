# DA-STI on the small CLIP that comes with the project, for ZS-Stage.
_base_ = 'dasti_vit-b16.py'

model = dict(
    clip=dict(
        arch='data/pretrained/tiny_clip/open_clip_config.json',
        pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
        # As a part of the depth, the six of ViT-B/16's twelve.
        trained_layers=3,
    ),
    num_frames=8,
)
