# As bike_32f.py, with 336 pixels, which BIKE does not cut out of larger
# pictures.
train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=32),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 336)),
    dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
    dict(type='Resize', scale=(336, 336), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='stclip.RandomGrey', prob=0.2),
    dict(type='FormatShape', input_format='NCHW'),
]
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='stclip.SegmentStartSample', clip_len=32, test_mode=True),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 336)),
    dict(type='CenterCrop', crop_size=336),
    dict(type='FormatShape', input_format='NCHW'),
]
