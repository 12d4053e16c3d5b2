# ST-CLIP on OpenAI's ViT-L/14 with interest tokens: AVA (paper, Table 4b).
_base_ = 'stclip_vit-b16.py'

model = dict(
    clip=dict(arch='ViT-L-14-quickgelu'),
    num_interest_tokens=100,
)
