# Text4Vis on OpenAI's ViT-B/16, as the second stage of the detector.
_base_ = 'regions.py'

model = dict(
    recognizer=dict(
        type='Text4VisRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
        ),
        temporal=dict(num_layers=6, max_frames=77, norm_eps=1e-12),
    ),
)
