# 16 frames of a video, one of each part in training, evenly spaced in testing;
# 224 pixels. A config adds the label space of its data set.
_base_ = './pictures_224.py'

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
