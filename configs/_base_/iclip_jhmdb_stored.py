# iCLIP on ZS-JHMDB, label split 1, learned from features: persons, objects and
# frames are encoded once, by `stclip prepare features CONFIG --crops` with the
# config of pictures and the folder below.
_base_ = 'iclip_jhmdb.py'

__store = dict(folder='data/jhmdb/features/vit-b16', clip=_base_.model.clip)
__load = dict(type='LoadKeyframeFeatures', **__store)
__crop = dict(type='TakeCropFeatures')
__memory = dict(type='AddMemory', **__store)
__pack = dict(type='PackKeyframe')
train_dataloader = dict(
    dataset=dict(
        pipeline=[
            __load,
            dict(type='LimitPersons'),
            __crop,
            dict(
                type='TakeObjectFeatures',
                object_file='data/jhmdb/detections/train_objects.json',
            ),
            __memory,
            __pack,
        ],
    ),
)
test_dataloader = dict(
    dataset=dict(
        pipeline=[
            __load,
            __crop,
            dict(
                type='TakeObjectFeatures',
                object_file='data/jhmdb/detections/test_objects.json',
            ),
            __memory,
            __pack,
        ],
    ),
)
