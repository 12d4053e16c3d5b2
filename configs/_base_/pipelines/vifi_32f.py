# ViFi-CLIP's videos: 32 frames, one of each part in training, evenly spaced in
# testing (the release draws anew where it wants several views). A config adds
# the label space of its data set.
_base_ = './vifi_pictures.py'

train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=32),
    dict(type='stclip.VideoDecode'),
    *_base_.train_pipeline,
]
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=32, test_mode=True),
    dict(type='stclip.VideoDecode'),
    *_base_.test_pipeline,
]
