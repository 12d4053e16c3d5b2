# ActionCLIP on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos_vit-b16.py'

model = dict(
    recognizer=dict(
        type='ActionCLIPRecognizer',
        temporal=dict(max_frames=8),
    ),
)
