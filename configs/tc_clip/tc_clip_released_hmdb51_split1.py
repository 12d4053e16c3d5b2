# stclip convert --source tc_clip THEIRS.pth OURS.pth
# python tools/test.py \
#     configs/tc_clip/tc_clip_released_hmdb51_split1.py OURS.pth
# The authors' weights, and CLIP's table of tokens.
_base_ = [
    '../_base_/models/tc_clip_released.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/tc_clip_released_runtime.py',
    '../_base_/datasets/hmdb51.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline, views='2x1'))
