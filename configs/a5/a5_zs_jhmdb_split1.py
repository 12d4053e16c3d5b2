# A5 on whole videos, its answer for all persons; label split 1. CLIP
# is frozen, as in all comparators of ST-CLIP.
# python tools/train.py configs/a5/a5_zs_jhmdb_split1.py
# Paper (Table 2, soft voting): 50.92 frame mAP.
_base_ = [
    '../_base_/models/a5_whole_videos_vit-b16.py',
    '../_base_/video_label_jhmdb.py',
]

# 16 frames of a video, where the base has 8.
__load = dict(type='LoadKeyframe', size=224, num_frames=1, beyond_end='skip')
__video = dict(type='LoadWholeVideo', size=224, num_frames=16)
__crop = dict(type='CropPersons', size=1)
__pack = dict(type='PackKeyframe')
train_dataloader = dict(
    dataset=dict(pipeline=[__load, __video, __crop, __pack])
)
test_dataloader = dict(
    dataset=dict(
        pipeline=[__load, dict(**__video, test_mode=True), __crop, __pack]
    )
)
