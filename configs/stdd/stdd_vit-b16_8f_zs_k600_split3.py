# Kinetics-600, split 3.
_base_ = './stdd_vit-b16_8f_zs_k600_split1.py'

_test = _base_.test_dataloader.dataset.pipeline
_test[6].label_file = 'data/labels/kinetics600_split3.txt'
test_dataloader = dict(
    dataset=dict(
        ann_file='data/kinetics600/annotations/test_split3.txt',
        pipeline=_test,
    )
)
