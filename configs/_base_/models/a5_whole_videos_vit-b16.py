# A5 on OpenAI's ViT-B/16, for whole videos.
_base_ = 'whole_videos_vit-b16.py'

model = dict(
    recognizer=dict(type='A5Recognizer', num_frames=16),
)
