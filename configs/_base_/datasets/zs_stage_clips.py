# ZS-Stage's single-action clips as a recognition task, fold 1 of 4: train on
# the seen actions, test on all videos of the unseen ones.
# `python tools/make_zs_stage.py` renders them.
__texts = dict(
    attribute_file='data/attributes/zs_stage.jsonl',
    graph_file='data/knowledge/zs_stage.jsonl',
)
__pack = dict(type='PackActionInputs', meta_keys=('label_space', 'filename'))
__data = dict(
    type='SplitVideoDataset',
    data_root='data/zs_stage/single',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_stage/single_split1.yaml',
    **__texts,
)

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        **__data,
        ann_file='annotations/train.json',
        subset='train',
        pipeline=[
            dict(type='VideoInit'),
            dict(type='UniformSample', clip_len=8),
            dict(type='VideoDecode'),
            dict(type='Resize', scale=(96, 96), keep_ratio=False),
            dict(type='FormatShape', input_format='NCHW'),
            __pack,
        ],
    ),
)
# By this name mmaction2's inference_recognizer looks for it. A video that
# comes without the data set is told apart by all actions of ZS-Stage.
test_pipeline = [
    dict(type='stclip.VideoInit'),
    dict(type='UniformSample', clip_len=8, test_mode=True),
    dict(type='stclip.VideoDecode'),
    dict(type='Resize', scale=(96, 96), keep_ratio=False),
    dict(type='FormatShape', input_format='NCHW'),
    dict(
        type='stclip.AddLabelSpace',
        label_file='data/labels/zs_stage.txt',
        **__texts,
    ),
    __pack,
]
test_dataloader = dict(
    batch_size=8,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **__data,
        ann_file=['annotations/train.json', 'annotations/test.json'],
        subset='test',
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_evaluator = [dict(type='RecognitionReport')]
custom_hooks = [dict(type='ConfusionMatrixHook')]
