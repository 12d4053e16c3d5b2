# Table 3, baseline: CLIP on the full frame, nothing trained. Paper: 48.37.
_base_ = '../zs_ucf_split1.py'

model = dict(
    _delete_=True,
    type='CLIPBaseline',
    view='full_frame',
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
)
