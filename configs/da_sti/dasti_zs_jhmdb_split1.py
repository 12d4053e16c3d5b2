# DA-STI as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/da_sti/dasti_zs_jhmdb_split1.py
_base_ = '../zs_jhmdb_split1.py'

__frames = 9
__load = dict(type='LoadKeyframe', size=224, beyond_end='skip')
__crop = dict(type='CropTubes', size=224, num_frames=__frames)
__describe = dict(
    type='DescribeLabels', attribute_file='data/attributes/jhmdb.jsonl'
)
__pack = dict(type='PackKeyframe')
train_dataloader = dict(
    dataset=dict(
        pipeline=[
            __load,
            dict(type='LimitPersons'),
            __crop,
            __describe,
            __pack,
        ]
    )
)
test_dataloader = dict(
    dataset=dict(pipeline=[__load, __crop, __describe, __pack])
)

model = dict(
    _delete_=True,
    type='RegionRecognizer',
    recognizer=dict(
        type='DASTIRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers=6
        ),
        num_frames=__frames,
    ),
)
