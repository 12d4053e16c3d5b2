# ViFi-CLIP on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions_vit-b16.py'

model = dict(
    recognizer=dict(
        type='ViFiCLIPRecognizer',
        clip=dict(trained_layers='all', trained_text=True),
    ),
)
