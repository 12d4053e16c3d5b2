# STDD on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions.py'

model = dict(
    recognizer=dict(
        type='STDDRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
        ),
        crossing=dict(scales=(1, 2)),
    ),
)
