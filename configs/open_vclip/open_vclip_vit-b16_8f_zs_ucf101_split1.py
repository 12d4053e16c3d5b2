# Half of CLIP and half of what was trained, as the release tests it.
# python tools/test.py \
#     configs/open_vclip/open_vclip_vit-b16_8f_zs_ucf101_split1.py \
#     work_dirs/open_vclip_vit-b16_8f_k400/averaged.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
_base_ = [
    '../_base_/models/open_vclip_vit-b16.py',
    '../_base_/pipelines/stdd_8f.py',
    '../_base_/stdd_runtime.py',
    '../_base_/datasets/ucf101.py',
]

default_hooks = dict(patch_weights=dict(ratio=0.5))
test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
