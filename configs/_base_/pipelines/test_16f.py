# DA-STI's test: 16 frames, evenly spaced, 224 pixels. A config adds what
# its data set's pipeline ends with.
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=16, test_mode=True),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 224)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
]
