# python tools/test.py configs/stdd/stdd_vit-b16_8f_zs_k600_split1.py \
#     work_dirs/stdd_vit-b16_8f_k400/averaged.pth
# Splits 2 and 3: --cfg-options test_dataloader.dataset.split=2
# Mixed with CLIP: --cfg-options default_hooks.patch_weights.ratio=0.5
_base_ = [
    '../_base_/models/stdd_vit-b16.py',
    '../_base_/pipelines/stdd_8f.py',
    '../_base_/stdd_runtime.py',
    '../_base_/datasets/kinetics600.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
