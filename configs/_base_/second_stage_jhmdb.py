# A recogniser as the second stage of the detector on ZS-JHMDB, label split 1:
# each person's tube is a video of 9 frames. A config adds the recogniser, and
# to the pipelines what describes the labels, and the packing.
_base_ = [
    './datasets/zs_jhmdb.py',
    './schedules/stclip_3k.py',
    './default_runtime.py',
]

__load = dict(type='LoadKeyframe', size=224, beyond_end='skip')
__crop = dict(type='CropTubes', size=224, num_frames=9)
train_dataloader = dict(
    dataset=dict(pipeline=[__load, dict(type='LimitPersons'), __crop])
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __crop]))
