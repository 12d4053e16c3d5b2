# ActionCLIP on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos_vit-b16.py'

model = dict(
    recognizer=dict(
        type='ActionCLIPRecognizer',
        temporal=dict(num_layers=6, max_frames=8),
    ),
)
