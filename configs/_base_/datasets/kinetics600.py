# Kinetics-600, split 1 of 3: zero-shot testing on 160 of its 220 new classes,
# videos of the official test set. To prepare:
# docs/how_to/prepare_recognition.md.
_base_ = './ucf101.py'

_data_root = 'data/kinetics600'
test_pipeline = _base_.test_pipeline
test_pipeline[0] = dict(type='DecordInit')
test_pipeline[2] = dict(type='DecordDecode')
test_pipeline[6].update(
    label_file='data/labels/kinetics600_split1.txt',
    attribute_file='data/attributes/kinetics600_new.jsonl',
)
test_dataloader = dict(
    dataset=dict(
        ann_file=f'{_data_root}/annotations/test_split1.txt',
        data_prefix=dict(video=f'{_data_root}/videos'),
        pipeline=test_pipeline,
    ),
)
