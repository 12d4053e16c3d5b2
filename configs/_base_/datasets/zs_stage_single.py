# ZS-Stage, single-action track, fold 1 of 4. `python tools/make_zs_stage.py`
# renders it.
_base_ = './keyframes.py'

# Whole pictures, as most people are at the side or narrow.
__load = dict(type='LoadKeyframe', size=96, mode='squash')
__crop = dict(type='CropPersons', size=96, mode='squash')
__pack = dict(type='PackKeyframe')
__data = dict(
    data_root='data/zs_stage/single',
    label_split='data/splits/zs_stage/single_split1.yaml',
)
train_dataloader = dict(
    num_workers=1,
    dataset=dict(
        **__data,
        pipeline=[__load, dict(type='LimitPersons'), __crop, __pack],
    ),
)
test_dataloader = dict(
    num_workers=1,
    dataset=dict(
        **__data,
        det_file='detections/test.json',
        pipeline=[__load, __crop, __pack],
    ),
)
test_evaluator = dict(type='FrameMAP', soft_voting=True)
