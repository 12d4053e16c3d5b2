# python tools/test.py configs/a5/a5_vit-b16_16f_zs_ucf101_split1.py \
#     work_dirs/a5_vit-b16_16f_k400/epoch_30.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
_base_ = [
    '../_base_/models/a5_vit-b16.py',
    '../_base_/pipelines/uniform_16f.py',
    '../_base_/default_runtime.py',
    '../_base_/datasets/ucf101.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
