# What STDD's data share: clips of 8 frames, 16 apart at 30 frames a second,
# and for a test three of them, evenly spaced; shorter videos stand still at
# their end. Training cuts and mirrors pictures of 224 to 256 pixels.
clip = dict(
    type='SampleFrames',
    clip_len=8,
    frame_interval=16,
    target_fps=30,
    out_of_bound_opt='repeat_last',
)
augment = [
    dict(type='RandomRescale', scale_range=(224, 256)),
    dict(type='RandomCrop', size=224),
    dict(type='Flip', flip_ratio=0.5),
]
views = dict(**clip, num_clips=3, test_mode=True)
hooks = [
    # A share of CLIP in what is tested: 0 for none, 0.5 in the release.
    dict(type='PatchWeightsHook', ratio=0.0),
    dict(type='ConfusionMatrixHook'),
]
