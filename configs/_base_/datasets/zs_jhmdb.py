# ZS-JHMDB (75 % seen, 25 % unseen actions), label split 1. To prepare:
# docs/how_to/prepare_data.md.
_base_ = './keyframes.py'

# Three clips end before their annotation where they are read from the videos.
__load = dict(type='LoadKeyframe', size=224, beyond_end='skip')
__crop = dict(type='CropPersons', size=224)
__pack = dict(type='PackKeyframe')
__data = dict(
    data_root='data/jhmdb', label_split='data/splits/zs_jhmdb/split1.yaml'
)
train_dataloader = dict(
    dataset=dict(
        **__data,
        pipeline=[__load, dict(type='LimitPersons'), __crop, __pack],
    ),
)
test_dataloader = dict(
    dataset=dict(
        **__data,
        det_file='annotations/jhmdb_faster_RCNN_person.json',
        det_thr=0.001,
        pipeline=[__load, __crop, __pack],
    ),
)
test_evaluator = [
    dict(type='FrameMAP', soft_voting=True),
    dict(
        type='VideoMAP',
        tube_file='data/jhmdb/annotations/tubes.json',
        soft_voting=True,
    ),
]
