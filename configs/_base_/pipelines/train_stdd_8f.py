# STDD's training: one clip of 8 frames as in its test, cut and mirrored out of
# pictures of 224 to 256 pixels. A config adds what its data set's pipeline
# ends with.
train_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(
        type='SampleFrames',
        clip_len=8,
        frame_interval=16,
        target_fps=30,
        out_of_bound_opt='repeat_last',
    ),
    dict(type='stclip.VideoDecode'),
    dict(type='RandomRescale', scale_range=(224, 256)),
    dict(type='RandomCrop', size=224),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
]
