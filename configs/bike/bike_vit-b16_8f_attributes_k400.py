# python tools/train.py configs/bike/bike_vit-b16_8f_attributes_k400.py
# BIKE's attributes branch: two small networks on a frozen CLIP. Then
# bike_vit-b16_8f_fused_k400.py, which has both branches.
_base_ = './bike_vit-b16_8f_k400.py'

model = dict(
    _delete_=True,
    type='stclip.BIKEAttributes',
    clip=dict(
        arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers=0
    ),
    num_frames=8,
)
