# Kinetics-400 as STDD trains on it.
_base_ = ['./kinetics400.py', './stdd_views.py']

train_pipeline = _base_.train_dataloader.dataset.pipeline
test_pipeline = _base_.test_pipeline
for _labels in (train_pipeline[8], test_pipeline[6]):
    _labels.attribute_file = ''
    _labels.graph_file = 'data/knowledge/kinetics400.jsonl'
train_pipeline[1] = _base_.clip
train_pipeline[3:7] = _base_.augment
test_pipeline[1] = _base_.views
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
custom_hooks = _base_.hooks
