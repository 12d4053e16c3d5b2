# Kinetics-400: training and supervised testing. To prepare:
# docs/how_to/prepare_recognition.md.
_frames = 16
_labels = dict(
    type='stclip.AddLabelSpace',
    label_file='data/labels/kinetics400.txt',
    attribute_file='data/attributes/kinetics400.jsonl',
)
_pack = dict(type='PackActionInputs', meta_keys=('label_space', 'filename'))
_data = dict(
    type='VideoDataset', data_prefix=dict(video='data/kinetics400/videos')
)

train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **_data,
        ann_file='data/kinetics400/annotations/train.txt',
        pipeline=[
            dict(type='DecordInit'),
            dict(type='UniformSample', clip_len=_frames),
            dict(type='DecordDecode'),
            dict(type='Resize', scale=(-1, 256)),
            dict(type='RandomResizedCrop', area_range=(0.08, 1.0)),
            dict(type='Resize', scale=(224, 224), keep_ratio=False),
            dict(type='Flip', flip_ratio=0.5),
            dict(type='FormatShape', input_format='NCHW'),
            _labels,
            _pack,
        ],
    ),
)
# By this name mmaction2's inference_recognizer looks for it.
test_pipeline = [
    dict(type='DecordInit'),
    dict(type='UniformSample', clip_len=_frames, test_mode=True),
    dict(type='DecordDecode'),
    dict(type='Resize', scale=(-1, 224)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
    _labels,
    _pack,
]
test_dataloader = dict(
    batch_size=8,
    num_workers=8,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **_data,
        ann_file='data/kinetics400/annotations/val.txt',
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_evaluator = [dict(type='RecognitionReport')]
custom_hooks = [dict(type='ConfusionMatrixHook')]
