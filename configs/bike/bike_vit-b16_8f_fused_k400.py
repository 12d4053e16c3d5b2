# python tools/train.py configs/bike/bike_vit-b16_8f_fused_k400.py
# Trains the video branch beside an attributes branch that is trained before,
# and tests 0.7 of the one with 0.3 of the other.
_base_ = './bike_vit-b16_8f_k400.py'

model = dict(
    attributes=dict(
        type='stclip.BIKEAttributes',
        clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        num_frames=8,
        init_cfg=dict(
            type='Pretrained',
            checkpoint=(
                'work_dirs/bike_vit-b16_8f_attributes_k400/epoch_30.pth'
            ),
        ),
    ),
)
