# The weights that the authors have released, once converted:
# stclip convert --source maxi THEIRS.pth maxi.pth
# python tools/test.py configs/maxi/maxi_released_ucf101_split1.py maxi.pth
_base_ = [
    '../_base_/models/maxi_released.py',
    '../_base_/pipelines/vifi_16f.py',
    '../_base_/stdd_runtime.py',
    '../_base_/datasets/ucf101.py',
]

test_pipeline = _base_.test_pipeline + _base_.test_dataloader.dataset.pipeline
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
default_hooks = dict(
    # They lack the table of tokens, which stays CLIP's.
    strict_load=dict(may_lack=['clip.model.token_embedding.']),
    # A fifth of CLIP is mixed into the tuned weights.
    patch_weights=dict(ratio=0.2),
)
