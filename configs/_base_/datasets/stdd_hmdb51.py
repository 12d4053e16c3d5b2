# HMDB-51 as STDD tests it.
_base_ = ['./hmdb51.py', './stdd_views.py']

test_pipeline = _base_.test_pipeline
test_pipeline[1] = _base_.views
test_pipeline[6].attribute_file = ''
test_pipeline[6].graph_file = 'data/knowledge/hmdb51.jsonl'
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
custom_hooks = _base_.hooks
