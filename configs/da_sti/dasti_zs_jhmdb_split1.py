# DA-STI as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/da_sti/dasti_zs_jhmdb_split1.py
_base_ = '../zs_jhmdb_split1.py'

_frames = 9
_size = 224
_load = dict(type='LoadKeyframe', size=_size, beyond_end='skip')
_crop = dict(type='CropTubes', size=_size, num_frames=_frames)
_describe = dict(
    type='DescribeLabels', attribute_file='data/attributes/jhmdb.jsonl'
)
_pack = dict(type='PackKeyframe')
train_dataloader = dict(
    dataset=dict(
        pipeline=[_load, dict(type='LimitPersons'), _crop, _describe, _pack]
    )
)
test_dataloader = dict(dataset=dict(pipeline=[_load, _crop, _describe, _pack]))

model = dict(
    _delete_=True,
    type='RegionRecognizer',
    recognizer=dict(
        type='DASTIRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers=6
        ),
        num_frames=_frames,
    ),
)
