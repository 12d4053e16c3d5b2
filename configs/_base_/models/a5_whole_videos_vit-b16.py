# A5 on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos.py'

model = dict(
    recognizer=dict(
        type='A5Recognizer',
        clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        num_frames=16,
    ),
)
