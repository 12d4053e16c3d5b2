# OpenAI's ViT-B/16 on each person's picture and the whole frame, for videos of
# one's own: stclip infer VIDEO --labels "wave, sit" --model clip-b16
_base_ = [
    '../_base_/models/clip_vit-b16.py',
    '../_base_/datasets/keyframes.py',
]

model = dict(
    view='both',
    clip=dict(underscores_to_spaces=True),
    # CLIP's own, so that probabilities are as sure as CLIP is.
    head=dict(type='CosineHead', temperature=0.01),
)
