# STDD's videos: clips of 8 frames, 16 apart at 30 frames a second; shorter
# videos stand still at their end. One clip in training, cut and mirrored out
# of pictures of 224 to 256 pixels; three in testing. A config adds the label
# space of its data set.
_base_ = './pictures_224.py'

__sample = dict(
    type='SampleFrames',
    clip_len=8,
    frame_interval=16,
    target_fps=30,
    out_of_bound_opt='repeat_last',
)
train_pipeline = [
    dict(type='stclip.VideoInit'),
    __sample,
    dict(type='stclip.VideoDecode'),
    dict(type='RandomRescale', scale_range=(224, 256)),
    dict(type='RandomCrop', size=224),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
]
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(**__sample, num_clips=3, test_mode=True),
    dict(type='stclip.VideoDecode'),
    *_base_.test_pipeline,
]
