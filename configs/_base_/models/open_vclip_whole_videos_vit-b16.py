# Open-VCLIP on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos_vit-b16.py'

model = dict(
    recognizer=dict(
        type='OpenVCLIPRecognizer',
        clip=dict(trained_layers='all'),
    ),
)
