# BIKE's, Text4Vis's and DA-STI's videos: 16 frames, one of each part in
# training, the first of each part in testing. A config adds the label space of
# its data set.
_base_ = './bike_pictures.py'

train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=16),
    dict(type='stclip.VideoDecode'),
    *_base_.train_pipeline,
]
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='stclip.SegmentStartSample', clip_len=16, test_mode=True),
    dict(type='stclip.VideoDecode'),
    *_base_.test_pipeline,
]
