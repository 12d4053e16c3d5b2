# STDD as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/stdd/stdd_zs_jhmdb_split1.py
_base_ = [
    '../_base_/datasets/zs_jhmdb_tubes.py',
    '../_base_/schedules/stclip_3k.py',
    '../_base_/default_runtime.py',
]

model = dict(
    type='RegionRecognizer',
    recognizer=dict(
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
__labels = [
    # J-HMDB's actions are among those of HMDB-51.
    dict(type='DescribeLabels', graph_file='data/knowledge/hmdb51.jsonl'),
    dict(type='PackKeyframe'),
]
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_dataloader.dataset.pipeline + __labels)
)
test_dataloader = dict(
    dataset=dict(pipeline=_base_.test_dataloader.dataset.pipeline + __labels)
)
