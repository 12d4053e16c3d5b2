# MAXI's first step: the zero-shot CLIP takes each training video for one of
# the classes, whatever its label; the surest nine tenths are listed in
# data/kinetics400/annotations/maxi_train.txt, to be trained on.
# python tools/test.py configs/maxi/maxi_match_k400.py
_base_ = [
    '../_base_/models/maxi_match_vit-b16.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/default_runtime.py',
    '../_base_/datasets/kinetics400.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(
    dataset=dict(ann_file='annotations/train.txt', pipeline=test_pipeline)
)
test_evaluator = [
    dict(
        type='VideoMatches',
        out='data/kinetics400/annotations/maxi_train.txt',
        video_root='data/kinetics400/videos',
        keep=0.9,
    )
]
custom_hooks = []
train_dataloader = None
