# STDD as the second stage of the detector: each person's tube is a video.
# Trained from CLIP by the detector's focal loss, not by STDD's own loss.
# python tools/train.py configs/stdd/stdd_zs_jhmdb_split1.py
_base_ = [
    '../_base_/models/stdd_regions_vit-b16.py',
    '../_base_/second_stage_jhmdb.py',
]

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
