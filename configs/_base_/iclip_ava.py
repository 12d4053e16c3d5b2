# iCLIP on ZS-AVA, label split 1, with objects and memory. To prepare, for
# training and for testing: `stclip detect-persons --objects FILE` with the
# detector of COCO, then `stclip prepare features CONFIG --out FOLDER` with the
# folder below.
_base_ = [
    './models/iclip_vit-l14.py',
    './datasets/zs_ava.py',
    './schedules/iclip_30k.py',
    './default_runtime.py',
]

__load = dict(type='LoadKeyframe', size=224, num_frames=1)
__crop = dict(type='CropPersons', size=224)
__memory = dict(
    type='AddMemory',
    folder='data/ava/memory/vit-l14',
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
                object_file='data/ava/detections/train_objects.csv',
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
                object_file='data/ava/detections/test_objects.csv',
            ),
            __memory,
            __pack,
        ],
    ),
)
