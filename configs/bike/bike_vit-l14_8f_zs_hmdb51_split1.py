# python tools/test.py \
#     configs/bike/bike_vit-l14_8f_zs_hmdb51_split1.py \
#     work_dirs/bike_vit-l14_8f_k400/epoch_20.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
_base_ = [
    '../_base_/models/bike_vit-l14.py',
    '../_base_/pipelines/bike_8f.py',
    '../_base_/default_runtime.py',
    '../_base_/datasets/hmdb51.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
# Half of the classes as well, ten draws.
test_evaluator = [dict(type='RecognitionReport', half_draws=10)]
