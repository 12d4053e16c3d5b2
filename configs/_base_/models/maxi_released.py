# MAXI with the pixels that its released weights were tuned with: ImageNet's
# mean and standard deviation.
_base_ = './maxi_vit-b16.py'

model = dict(
    clip=dict(
        preprocess_cfg=dict(
            mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)
        )
    )
)
