# STDD as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/stdd/stdd_zs_jhmdb_split1.py
_base_ = '../da_sti/dasti_zs_jhmdb_split1.py'

# J-HMDB's actions are among those of HMDB-51.
_describe = dict(
    type='DescribeLabels', graph_file='data/knowledge/hmdb51.jsonl'
)
_train = _base_.train_dataloader.dataset.pipeline
_test = _base_.test_dataloader.dataset.pipeline
_train[-2] = _test[-2] = _describe
train_dataloader = dict(dataset=dict(pipeline=_train))
test_dataloader = dict(dataset=dict(pipeline=_test))

model = dict(
    recognizer=dict(
        _delete_=True,
        type='STDDRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
        ),
        num_frames=9,
        crossing=dict(scales=(1, 2)),
    ),
)
