# Base-to-novel, HMDB-51: the same model on the novel classes.
_base_ = './stdd_vit-b16_8f_b2n_hmdb51_base.py'

_test = _base_.test_pipeline
_test[-2].label_file = 'data/labels/hmdb51_novel.txt'
test_dataloader = dict(
    dataset=dict(
        ann_file='data/hmdb51/annotations/base_to_novel/novel_test.txt',
        pipeline=_test,
    )
)
