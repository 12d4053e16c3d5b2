# Text4Vis's videos for ViT-L/14: DA-STI's 16 frames, of which a fifth is grey
# in training. A config adds the label space of its data set.
_base_ = './dasti_16f.py'

train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=16),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='stclip.RandomGrey', prob=0.2),
    dict(type='FormatShape', input_format='NCHW'),
]
