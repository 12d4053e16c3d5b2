# python tools/test.py \
#     configs/vita_clip/vita_clip_vit-b16_8f_zs_hmdb51_split1.py \
#     work_dirs/vita_clip_vit-b16_8f_k400/epoch_32.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
_base_ = [
    '../_base_/models/vita_clip_vit-b16.py',
    '../_base_/pipelines/uniform_8f.py',
    '../_base_/default_runtime.py',
    '../_base_/datasets/hmdb51.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
