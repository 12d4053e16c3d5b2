# DA-STI as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/da_sti/dasti_zs_jhmdb_split1.py
_base_ = [
    '../_base_/datasets/zs_jhmdb_tubes.py',
    '../_base_/schedules/stclip_3k.py',
    '../_base_/default_runtime.py',
]

model = dict(
    type='RegionRecognizer',
    recognizer=dict(
        type='DASTIRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers=6
        ),
        num_frames=9,
    ),
)
__labels = [
    dict(type='DescribeLabels', attribute_file='data/attributes/jhmdb.jsonl'),
    dict(type='PackKeyframe'),
]
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_dataloader.dataset.pipeline + __labels)
)
test_dataloader = dict(
    dataset=dict(pipeline=_base_.test_dataloader.dataset.pipeline + __labels)
)
