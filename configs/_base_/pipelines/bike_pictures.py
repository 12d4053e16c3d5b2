# BIKE's and Text4Vis's pictures: DA-STI's, a fifth of them grey in training.
_base_ = './pictures_224.py'

train_pipeline = [
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='stclip.RandomGrey', prob=0.2),
    dict(type='FormatShape', input_format='NCHW'),
]
