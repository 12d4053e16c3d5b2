# python tools/test.py configs/da_sti/dasti_vit-l14_8f_zs_hmdb51_split1.py \
#     work_dirs/dasti_vit-l14_8f_k400/epoch_30.pth
# Paper, mean and deviation over the splits: 53.1 +- 0.9.
_base_ = [
    '../_base_/models/dasti_vit-l14.py',
    '../_base_/datasets/hmdb51.py',
    '../_base_/default_runtime.py',
]

_test = _base_.test_dataloader.dataset.pipeline
_test[1].clip_len = 8
test_dataloader = dict(dataset=dict(pipeline=_test))
