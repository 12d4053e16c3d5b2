# python tools/test.py configs/clip/zs_ucf_both_views.py
# CLIP on each person's crop and the full frame together, nothing trained.
# Label split 1. Not in the paper.
_base_ = 'zs_ucf_full_frame.py'

model = dict(
    view='both',
    clip=dict(underscores_to_spaces=True),
    # CLIP's own, so that probabilities are as sure as CLIP is.
    head=dict(type='CosineHead', temperature=0.01),
)
