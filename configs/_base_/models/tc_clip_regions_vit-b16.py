# TC-CLIP on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions.py'

model = dict(
    recognizer=dict(
        type='TCCLIPRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
            trained_text=True,
        ),
    ),
)
