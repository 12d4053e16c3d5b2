# J-HMDB in OpenMixer's protocol for detectors that find persons themselves:
# whole pictures, squashed to CLIP's square, from 7 frames before the keyframe
# to 8 after it. No one is cut out, and each keyframe is tested once.
_base_ = './ovad_jhmdb.py'

__pipeline = [
    dict(
        type='LoadKeyframe',
        size=224,
        num_frames=16,
        at_end='repeat',
        mode='squash',
        beyond_end='skip',
    ),
    dict(type='PackKeyframe'),
]
train_dataloader = dict(
    batch_size=16,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=__pipeline),
)
test_dataloader = dict(
    dataset=dict(
        box_sources=['ground_truth'], det_file='', pipeline=__pipeline
    ),
)
