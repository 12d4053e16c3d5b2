# UCF101-24 in OpenMixer's protocol for detectors that find persons themselves,
# as ovad_jhmdb_windows.py; trained on every fifth annotated frame, as there.
_base_ = './ovad_ucf.py'

__pipeline = [
    dict(
        type='LoadKeyframe',
        size=224,
        num_frames=16,
        at_end='repeat',
        mode='squash',
    ),
    dict(type='PackKeyframe'),
]
train_dataloader = dict(
    batch_size=8,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=__pipeline, keyframe_step=5),
)
test_dataloader = dict(
    dataset=dict(
        box_sources=['ground_truth'], det_file='', pipeline=__pipeline
    ),
)
