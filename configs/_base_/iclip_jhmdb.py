# iCLIP on ZS-JHMDB, label split 1, with objects and memory. To prepare, for
# training and for testing: `stclip detect-persons --objects FILE` with the
# detector of COCO, then `stclip prepare features CONFIG --out FOLDER` with the
# folder below.
_base_ = [
    './models/iclip_vit-b16.py',
    './datasets/zs_jhmdb.py',
    './schedules/iclip_7k.py',
    './default_runtime.py',
]

__load = dict(type='LoadKeyframe', size=224, beyond_end='skip', num_frames=1)
__crop = dict(type='CropPersons', size=224)
__memory = dict(
    type='AddMemory',
    folder='data/jhmdb/memory/vit-b16',
    clip=_base_.model.clip,
)
__pack = dict(type='PackKeyframe')
train_dataloader = dict(
    dataset=dict(
        pipeline=[
            __load,
            dict(type='LimitPersons'),
            __crop,
            dict(
                type='CropObjects',
                size=224,
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
                type='CropObjects',
                size=224,
                object_file='data/jhmdb/detections/test_objects.json',
            ),
            __memory,
            __pack,
        ],
    ),
)
