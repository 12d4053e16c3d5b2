# DA-STI's training: 8 frames, one of each part of the video, 224 pixels.
# A config adds what its data set's pipeline ends with.
train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=8),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
]
