# ActionCLIP on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos.py'

model = dict(
    recognizer=dict(
        type='ActionCLIPRecognizer',
        clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        temporal=dict(num_layers=6, max_frames=8),
    ),
)
