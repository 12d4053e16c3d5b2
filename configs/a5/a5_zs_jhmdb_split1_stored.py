# A5 on whole videos of ZS-JHMDB, learned from features. First
# stclip prepare features configs/a5/a5_zs_jhmdb_split1.py \
#     --out data/jhmdb/features/vit-b16_videos
_base_ = 'a5_zs_jhmdb_split1.py'

__load = dict(
    type='LoadWholeVideoFeatures',
    folder='data/jhmdb/features/vit-b16_videos',
    clip=_base_.model.recognizer.clip,
    num_frames=16,
)
__pack = dict(type='PackKeyframe')
train_dataloader = dict(dataset=dict(pipeline=[__load, __pack]))
test_dataloader = dict(
    dataset=dict(pipeline=[dict(**__load, test_mode=True), __pack])
)
