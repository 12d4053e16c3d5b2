# STDD's test: three clips of 8 frames, 16 apart at 30 frames a second; shorter
# videos stand still at their end. A config adds what its data set's pipeline
# ends with.
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(
        type='SampleFrames',
        clip_len=8,
        frame_interval=16,
        target_fps=30,
        out_of_bound_opt='repeat_last',
        num_clips=3,
        test_mode=True,
    ),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 224)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
]
