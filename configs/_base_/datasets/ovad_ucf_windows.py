# UCF101-24 in OpenMixer's protocol for detectors that find persons themselves,
# as ovad_jhmdb_windows.py.
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
    batch_size=16,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=__pipeline),
)
test_dataloader = dict(
    dataset=dict(
        box_sources=['ground_truth'], det_file='', pipeline=__pipeline
    ),
)
