# Text4Vis's videos for ViT-L/14: 16 frames, as DA-STI takes them. A
# config adds the label space of its data set.
_base_ = './bike_pictures.py'

train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=16),
    dict(type='stclip.VideoDecode'),
    *_base_.train_pipeline,
]
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=16, test_mode=True),
    dict(type='stclip.VideoDecode'),
    *_base_.test_pipeline,
]
