# STDD on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions_vit-b16.py'

model = dict(
    recognizer=dict(
        type='STDDRecognizer',
        clip=dict(trained_layers='all'),
        crossing=dict(scales=(1, 2)),
    ),
)
