# DA-STI on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions.py'

model = dict(
    recognizer=dict(
        type='DASTIRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers=6
        ),
    ),
)
