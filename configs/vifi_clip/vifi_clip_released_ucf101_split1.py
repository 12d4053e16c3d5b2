# The weights that the authors have released, once converted:
# stclip convert --source vifi_clip THEIRS.pth vifi.pth
# python tools/test.py \
#     configs/vifi_clip/vifi_clip_released_ucf101_split1.py vifi.pth
_base_ = [
    '../_base_/models/vifi_clip_released.py',
    '../_base_/pipelines/vifi_32f.py',
    '../_base_/vifi_released_runtime.py',
    '../_base_/datasets/ucf101.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
