# ZS-Stage's single-action clips as a recognition task, label split 1: train on
# the seen actions, test on all videos of the unseen ones.
# `python tools/make_zs_stage.py` renders them.
_frames = 8
_size = (96, 96)
_pack = dict(type='PackActionInputs', meta_keys=('label_space', 'filename'))
_data = dict(
    type='SplitVideoDataset',
    data_root='data/zs_stage/single',
    data_prefix=dict(video='frames'),
    label_split='data/splits/zs_stage/single_split1.yaml',
    attribute_file='data/attributes/zs_stage.jsonl',
)

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        **_data,
        ann_file='annotations/train.json',
        subset='train',
        pipeline=[
            dict(type='VideoInit'),
            dict(type='UniformSample', clip_len=_frames),
            dict(type='VideoDecode'),
            dict(type='Resize', scale=_size, keep_ratio=False),
            dict(type='FormatShape', input_format='NCHW'),
            _pack,
        ],
    ),
)
test_dataloader = dict(
    batch_size=8,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **_data,
        ann_file=['annotations/train.json', 'annotations/test.json'],
        subset='test',
        test_mode=True,
        pipeline=[
            dict(type='VideoInit'),
            dict(type='UniformSample', clip_len=_frames, test_mode=True),
            dict(type='VideoDecode'),
            dict(type='Resize', scale=_size, keep_ratio=False),
            dict(type='FormatShape', input_format='NCHW'),
            _pack,
        ],
    ),
)
test_evaluator = [dict(type='RecognitionReport')]
custom_hooks = [dict(type='ConfusionMatrixHook')]
