# UCF-101, split 1: zero-shot testing on all classes. To prepare:
# docs/how_to/prepare_recognition.md.
_data_root = 'data/ucf101'
test_dataloader = dict(
    batch_size=8,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='VideoDataset',
        ann_file=f'{_data_root}/annotations/test_split1.txt',
        data_prefix=dict(video=f'{_data_root}/videos'),
        test_mode=True,
        pipeline=[
            dict(type='VideoInit'),
            dict(type='UniformSample', clip_len=16, test_mode=True),
            dict(type='VideoDecode'),
            dict(type='Resize', scale=(-1, 224)),
            dict(type='CenterCrop', crop_size=224),
            dict(type='FormatShape', input_format='NCHW'),
            dict(
                type='AddLabelSpace',
                label_file='data/labels/ucf101.txt',
                attribute_file='data/attributes/ucf101.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
test_evaluator = [dict(type='RecognitionReport')]
custom_hooks = [dict(type='ConfusionMatrixHook')]
