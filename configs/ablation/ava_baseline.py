# Table 4a, baseline: CLIP on the full frame, nothing trained. Paper: 8.67.
_base_ = '../zs_ava_split1.py'

model = dict(
    _delete_=True,
    type='CLIPBaseline',
    view='full_frame',
    clip=dict(arch='ViT-L-14-quickgelu', pretrained='openai'),
)
