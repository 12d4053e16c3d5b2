# ST-CLIP on ZS-AVA, label split 1, on PE-Core L/14 at 336 px in the place of
# OpenAI's ViT-L/14: 2.25 times its patches. Not in the paper; never run with
# real weights.
# python tools/train.py configs/zs_ava_split1_pe-core-l14-336.py
_base_ = [
    '_base_/models/stclip_pe-core-l14-336.py',
    '_base_/datasets/zs_ava.py',
    '_base_/schedules/stclip_20k.py',
    '_base_/default_runtime.py',
]
__load = dict(type='LoadKeyframe', size=336)
__crop = dict(type='CropPersons', size=336)
__pack = dict(type='PackKeyframe')

train_dataloader = dict(
    dataset=dict(
        pipeline=[__load, dict(type='LimitPersons'), __crop, __pack],
    )
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __crop, __pack]))
