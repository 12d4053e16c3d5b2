# python tools/test.py configs/stdd/stdd_vit-b16_8f_zs_ucf101_split1.py \
#     work_dirs/stdd_vit-b16_8f_k400/averaged.pth
# Mixed with CLIP: --cfg-options custom_hooks.0.ratio=0.5
_base_ = [
    '../_base_/models/stdd_vit-b16.py',
    '../_base_/datasets/stdd_ucf101.py',
    '../_base_/default_runtime.py',
]
