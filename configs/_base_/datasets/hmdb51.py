# HMDB-51, split 1: zero-shot testing on all classes. To prepare:
# docs/how_to/prepare_recognition.md.
_base_ = './ucf101.py'

_data_root = 'data/hmdb51'
test_pipeline = _base_.test_pipeline
test_pipeline[6].update(
    label_file='data/labels/hmdb51.txt',
    attribute_file='data/attributes/hmdb51.jsonl',
)
test_dataloader = dict(
    dataset=dict(
        ann_file=f'{_data_root}/annotations/test_split1.txt',
        data_prefix=dict(video=f'{_data_root}/videos'),
        pipeline=test_pipeline,
    ),
)
