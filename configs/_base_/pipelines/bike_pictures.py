# BIKE's, Text4Vis's and DA-STI's pictures: 224 of 256 pixels, cut at random,
# mirrored and a fifth of them grey in training, the centre in testing.
train_pipeline = [
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='stclip.RandomGrey', prob=0.2),
    dict(type='FormatShape', input_format='NCHW'),
]
test_pipeline = [
    dict(type='Resize', scale=(-1, 256)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
]
