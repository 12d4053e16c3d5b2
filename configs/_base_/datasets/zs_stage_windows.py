# ZS-Stage, single-action track, fold 1 of 4, for detectors that find persons
# themselves: windows of 8 frames, and each keyframe is tested once.
_base_ = './zs_stage_single.py'

__pipeline = [
    dict(
        type='LoadKeyframe',
        size=96,
        num_frames=8,
        at_end='repeat',
        mode='squash',
    ),
    dict(type='PackKeyframe'),
]
train_dataloader = dict(dataset=dict(pipeline=__pipeline))
test_dataloader = dict(
    dataset=dict(
        box_sources=['ground_truth'], det_file='', pipeline=__pipeline
    ),
)
