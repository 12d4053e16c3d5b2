# python tools/test.py \
#     configs/action_clip/actionclip_vit-b16_8f_zs_ucf101_split1.py \
#     work_dirs/actionclip_vit-b16_8f_k400/epoch_50.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
# FROSTER's run, mean and deviation over the splits: 77.5 +- 0.8.
_base_ = [
    '../_base_/models/actionclip_vit-b16.py',
    '../_base_/pipelines/uniform_8f.py',
    '../_base_/default_runtime.py',
    '../_base_/datasets/ucf101.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
