# HMDB-51, split 1: zero-shot testing on all classes. To prepare:
# docs/how_to/prepare_recognition.md.
_data_root = 'data/hmdb51'
# By this name mmaction2's inference_recognizer looks for it.
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=16, test_mode=True),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(-1, 224)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
    dict(
        type='stclip.AddLabelSpace',
        label_file='data/labels/hmdb51.txt',
        attribute_file='data/attributes/hmdb51.jsonl',
    ),
    dict(type='PackActionInputs', meta_keys=('label_space', 'filename')),
]
test_dataloader = dict(
    batch_size=8,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='VideoDataset',
        ann_file=f'{_data_root}/annotations/test_split1.txt',
        data_prefix=dict(video=f'{_data_root}/videos'),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_evaluator = [dict(type='RecognitionReport')]
custom_hooks = [dict(type='ConfusionMatrixHook')]
