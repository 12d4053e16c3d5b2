# Base-to-novel on Kinetics-400, as on UCF-101.
_base_ = './stdd_kinetics400.py'

_lists = 'data/kinetics400/annotations/base_to_novel'
_train = _base_.train_pipeline
_test = _base_.test_pipeline
for _labels in (_train[-2], _test[-2]):
    _labels.label_file = 'data/labels/kinetics400_base.txt'
train_dataloader = dict(
    dataset=dict(ann_file=f'{_lists}/base_k16_seed0.txt', pipeline=_train)
)
test_dataloader = dict(
    dataset=dict(ann_file=f'{_lists}/base_test.txt', pipeline=_test)
)
