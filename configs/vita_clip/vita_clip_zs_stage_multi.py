# Vita-CLIP on tracklets of ZS-Stage, multi-action track, fold 1 of 4. The
# tracklets are made by `stclip link-persons`
# (docs/how_to/train_and_test.md#tracklets).
# python tools/train.py configs/vita_clip/vita_clip_zs_stage_multi.py
_base_ = [
    '../_base_/datasets/zs_stage_multi.py',
    '../_base_/schedules/zs_stage.py',
    '../_base_/default_runtime.py',
]

__size = dict(size=96, mode='squash')
__load = dict(type='LoadKeyframe', num_frames=1, **__size)
__crop = dict(type='CropTracklets', num_frames=8, **__size)
__limit = dict(type='LimitPersons')
__pack = dict(type='PackKeyframe')
__train = dict(ground_truth='data/zs_stage/multi/tracklets/train.csv')
__test = dict(
    detected='data/zs_stage/multi/tracklets/test_detected.csv',
    ground_truth='data/zs_stage/multi/tracklets/test.csv',
)
__train_crop = dict(**__crop, files=__train)
__test_crop = dict(**__crop, files=__test, test_mode=True)
train_dataloader = dict(
    dataset=dict(pipeline=[__load, __limit, __train_crop, __pack])
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __test_crop, __pack]))
model = dict(
    type='RegionRecognizer',
    recognizer=dict(
        type='VitaCLIPRecognizer',
        clip=dict(
            arch='data/pretrained/tiny_clip/open_clip_config.json',
            pretrained='data/pretrained/tiny_clip/tiny_clip.pt',
        ),
        num_frames=8,
        context_words=4,
    ),
)
