# second_stage_jhmdb.py where nothing but the labels' names is read.
_base_ = './second_stage_jhmdb.py'

__pack = [dict(type='PackKeyframe')]
train_dataloader = dict(
    dataset=dict(pipeline=_base_.train_dataloader.dataset.pipeline + __pack)
)
test_dataloader = dict(
    dataset=dict(pipeline=_base_.test_dataloader.dataset.pipeline + __pack)
)
