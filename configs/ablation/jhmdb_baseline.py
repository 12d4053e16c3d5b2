# Table 4a, baseline: CLIP on the full frame, nothing trained. Paper: 64.63.
_base_ = '../zs_jhmdb_split1.py'

model = dict(
    _delete_=True,
    type='CLIPBaseline',
    view='full_frame',
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
)
