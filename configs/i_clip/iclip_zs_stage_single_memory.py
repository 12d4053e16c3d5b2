# iCLIP on ZS-Stage, single-action track, fold 1 of 4, with memory. First
# stclip prepare features configs/i_clip/iclip_zs_stage_single_memory.py \
#     --out data/zs_stage/single/memory
# python tools/train.py configs/i_clip/iclip_zs_stage_single_memory.py
_base_ = 'iclip_zs_stage_single.py'

__load = dict(type='LoadKeyframe', size=96, mode='squash', num_frames=1)
__crop = dict(type='CropPersons', size=96, mode='squash')
__memory = dict(
    type='AddMemory',
    folder='data/zs_stage/single/memory',
    clip=_base_.model.clip,
)
__pack = dict(type='PackKeyframe')
model = dict(units='PHMPHM')
train_dataloader = dict(
    dataset=dict(
        pipeline=[
            __load,
            dict(type='LimitPersons'),
            __crop,
            __memory,
            __pack,
        ],
    ),
)
test_dataloader = dict(
    dataset=dict(pipeline=[__load, __crop, __memory, __pack])
)
