# python tools/test.py configs/clip/zs_ava_both_views_pe-core-l14-336.py
# PE-Core L/14 at 336 px on each person's crop and the full frame together,
# nothing trained. Label split 1. The model pe-core-l14-336 of stclip infer.
_base_ = 'zs_ava_both_views.py'
__load = dict(type='LoadKeyframe', size=336)
__crop = dict(type='CropPersons', size=336)
__pack = dict(type='PackKeyframe')

model = dict(clip=dict(arch='PE-Core-L-14-336', pretrained='meta'))
train_dataloader = dict(
    dataset=dict(
        pipeline=[__load, dict(type='LimitPersons'), __crop, __pack],
    )
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __crop, __pack]))
