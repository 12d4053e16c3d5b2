# ZS-JHMDB for recognisers behind the detector: each person's tube is a video
# of 9 frames. A config adds what describes the labels, and the packing.
_base_ = './zs_jhmdb.py'

__load = dict(type='LoadKeyframe', size=224, beyond_end='skip')
__crop = dict(type='CropTubes', size=224, num_frames=9)
train_dataloader = dict(
    dataset=dict(pipeline=[__load, dict(type='LimitPersons'), __crop])
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __crop]))
