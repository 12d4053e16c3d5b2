# DA-STI as the second stage of the detector: each person's tube is a video.
# Trained from CLIP by the detector's focal loss, not by DA-STI's own loss.
# python tools/train.py configs/da_sti/dasti_zs_jhmdb_split1.py
_base_ = [
    '../_base_/models/dasti_regions_vit-b16.py',
    '../_base_/second_stage_jhmdb.py',
]

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
