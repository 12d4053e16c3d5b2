# Vita-CLIP on tracklets of ZS-AVA, label split 1: 8 frames of each person's
# crop. CLIP is frozen. The tracklets are made by `stclip link-persons`
# (docs/how_to/train_and_test.md#tracklets); 8 processes of 1 keyframe each.
# torchrun --nproc_per_node=8 tools/train.py --launcher pytorch \
#     configs/vita_clip/vita_clip_zs_ava_split1.py
# Paper (Tables 1, 7 and 10): 4.25 frame mAP with linked detections, 10.88 with
# the annotators' boxes and ids. View and loss are not told there.
_base_ = [
    '../_base_/datasets/zs_ava.py',
    '../_base_/schedules/vita_clip_ava_10k.py',
    '../_base_/default_runtime.py',
]

__load = dict(type='LoadKeyframe', size=224, num_frames=1, cache_mb=1024)
__crop = dict(type='CropTracklets', size=224, num_frames=8)
__limit = dict(type='LimitPersons')
__pack = dict(type='PackKeyframe')
__train = dict(ground_truth='data/ava/tracklets/train.csv')
__test = dict(
    detected='data/ava/tracklets/test_detected.csv',
    ground_truth='data/ava/tracklets/test.csv',
)
__train_crop = dict(**__crop, files=__train)
__test_crop = dict(**__crop, files=__test, test_mode=True)
train_dataloader = dict(
    batch_size=1,
    dataset=dict(pipeline=[__load, __limit, __train_crop, __pack]),
)
test_dataloader = dict(dataset=dict(pipeline=[__load, __test_crop, __pack]))
model = dict(
    type='RegionRecognizer',
    recognizer=dict(
        type='VitaCLIPRecognizer',
        clip=dict(arch='ViT-L-14-quickgelu', pretrained='openai'),
        num_frames=8,
    ),
)
