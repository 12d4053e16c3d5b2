# Base-to-novel on HMDB-51, as on UCF-101.
_base_ = './stdd_b2n_ucf101.py'

_lists = 'data/hmdb51/annotations/base_to_novel'
_data = dict(data_prefix=dict(video='data/hmdb51/videos'))
_train = _base_.train_dataloader.dataset.pipeline
_test = _base_.test_pipeline
_train[-2] = _test[-2] = dict(
    type='stclip.AddLabelSpace',
    label_file='data/labels/hmdb51_base.txt',
    graph_file='data/knowledge/hmdb51.jsonl',
)
train_dataloader = dict(
    dataset=dict(
        **_data, ann_file=f'{_lists}/base_k16_seed0.txt', pipeline=_train
    )
)
test_pipeline = _test
test_dataloader = dict(
    dataset=dict(**_data, ann_file=f'{_lists}/base_test.txt', pipeline=_test)
)
