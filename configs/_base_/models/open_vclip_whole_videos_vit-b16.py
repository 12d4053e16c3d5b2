# Open-VCLIP on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos.py'

model = dict(
    recognizer=dict(
        type='OpenVCLIPRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
        ),
    ),
)
