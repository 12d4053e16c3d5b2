# A recogniser as the second stage of the detector on ZS-UCF, label split 1, as
# second_stage_jhmdb.py.
_base_ = [
    './datasets/zs_ucf.py',
    './schedules/stclip_3k.py',
    './default_runtime.py',
]

__load = dict(type='LoadKeyframe', size=224)
__crop = dict(type='CropTubes', size=224, num_frames=9)
train_dataloader = dict(
    dataset=dict(pipeline=[__load, dict(type='LimitPersons'), __crop])
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __crop]))
