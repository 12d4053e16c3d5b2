# iCLIP on ZS-Stage, single-action track, fold 1 of 4, with memory, learned
# from features: persons and frames are encoded once. First
# stclip prepare features configs/i_clip/iclip_zs_stage_single_memory.py \
#     --crops --out data/zs_stage/single/features
# python tools/train.py configs/i_clip/iclip_zs_stage_single_stored.py
_base_ = 'iclip_zs_stage_single_memory.py'

__store = dict(folder='data/zs_stage/single/features', clip=_base_.model.clip)
__load = dict(type='LoadKeyframeFeatures', **__store)
__crop = dict(type='TakeCropFeatures')
__memory = dict(type='AddMemory', **__store)
__pack = dict(type='PackKeyframe')
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
