# Base-to-novel, UCF-101: the same model on the novel classes.
_base_ = './stdd_vit-b16_8f_b2n_ucf101_base.py'

_test = _base_.test_pipeline
_test[-2].label_file = 'data/labels/ucf101_novel.txt'
test_dataloader = dict(
    dataset=dict(
        ann_file='data/ucf101/annotations/base_to_novel/novel_test.txt',
        pipeline=_test,
    )
)
