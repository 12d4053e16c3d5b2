# Text4Vis on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions_vit-b16.py'

model = dict(
    recognizer=dict(
        type='Text4VisRecognizer',
        clip=dict(trained_layers='all'),
        temporal=dict(norm_eps=1e-12),
    ),
)
