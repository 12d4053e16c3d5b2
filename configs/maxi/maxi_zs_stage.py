# python tools/train.py configs/maxi/maxi_zs_stage.py
# ZS-Stage's true labels stand for the matches, keywords for the phrases.
_base_ = [
    '../_base_/models/maxi_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]

train_pipeline = [
    dict(type='VideoInit'),
    dict(type='UniformSample', clip_len=8),
    dict(type='VideoDecode'),
    dict(type='Resize', scale=(96, 96), keep_ratio=False),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='AddTextBag', size=4),
    dict(
        type='PackActionInputs',
        meta_keys=('label_space', 'filename', 'text_bag'),
    ),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
