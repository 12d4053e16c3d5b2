# Faster R-CNN for the frames of ZS-Stage, 160x120: 2.0 M parameters and
# 0.4 GFLOPs a frame. Trained on people who do none of the actions:
#   python tools/train.py configs/person_detector/zs_stage_tiny.py --seed 0
_base_ = [
    'mmdet::_base_/models/faster-rcnn_r50_fpn.py',
    '../_base_/default_runtime.py',
]

__neck_width = 48

# _scope_: mmaction has parts of the same names.
model = dict(
    _scope_='mmdet',
    backbone=dict(
        depth=18,
        base_channels=24,
        frozen_stages=-1,
        norm_eval=False,
        init_cfg=None,
    ),
    neck=dict(
        in_channels=[24, 48, 96, 192], out_channels=__neck_width, num_outs=4
    ),
    rpn_head=dict(
        in_channels=__neck_width,
        feat_channels=__neck_width,
        # Standing people are two to three times as high as wide.
        anchor_generator=dict(
            scales=[5], ratios=[0.5, 1.0, 2.0, 3.0], strides=[4, 8, 16, 32]
        ),
    ),
    roi_head=dict(
        bbox_roi_extractor=dict(
            roi_layer=dict(sampling_ratio=2),
            out_channels=__neck_width,
            finest_scale=28,
        ),
        bbox_head=dict(
            in_channels=__neck_width,
            fc_out_channels=128,
            num_classes=1,
            reg_class_agnostic=True,
        ),
    ),
    train_cfg=dict(
        rpn=dict(sampler=dict(num=64)),
        rpn_proposal=dict(nms_pre=300, max_per_img=100, min_bbox_size=4),
        rcnn=dict(sampler=dict(num=48)),
    ),
    test_cfg=dict(
        rpn=dict(nms_pre=200, max_per_img=30, min_bbox_size=4),
        rcnn=dict(max_per_img=10),
    ),
)

__data_root = 'data/zs_stage/'
# Travels with the weights: whoever loads them knows what they know.
__metainfo = dict(classes=('person',), domain='ZS-Stage')
__train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='LoadAnnotations', with_bbox=True),
    # The rendered world knows no motion blur, dusk or odd camera distance.
    dict(type='PhotoMetricDistortion'),
    dict(
        type='RandomResize',
        scale=(160, 120),
        ratio_range=(0.75, 1.25),
        keep_ratio=True,
    ),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackDetInputs'),
]
# By their scope: mmdet's own functions look names up in that of the config.
__test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmdet.Resize', scale=(160, 120), keep_ratio=True),
    dict(type='mmdet.LoadAnnotations', with_bbox=True),
    dict(
        type='mmdet.PackDetInputs',
        meta_keys=(
            'img_id',
            'img_path',
            'ori_shape',
            'img_shape',
            'scale_factor',
        ),
    ),
]
train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        _scope_='mmdet',
        type='CocoDataset',
        data_root=__data_root,
        ann_file='person_detection/train.json',
        data_prefix=dict(img=''),
        metainfo=__metainfo,
        filter_cfg=dict(filter_empty_gt=False, min_size=4),
        pipeline=__train_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=16,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        _scope_='mmdet',
        type='CocoDataset',
        data_root=__data_root,
        ann_file='person_detection/val.json',
        data_prefix=dict(img=''),
        metainfo=__metainfo,
        test_mode=True,
        pipeline=__test_pipeline,
    ),
)
test_evaluator = dict(
    _scope_='mmdet',
    type='CocoMetric',
    ann_file=__data_root + 'person_detection/val.json',
    metric='bbox',
)
# Videos of idle people are no test data of the actions, so unlike the action
# detectors this one is validated on the way.
val_dataloader = dict(_delete_=True, **test_dataloader)
val_evaluator = dict(_delete_=True, **test_evaluator)
val_cfg = dict(_delete_=True, type='ValLoop')

train_cfg = dict(type='ResumableTrainLoop', max_iters=1500, val_interval=250)
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.02, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=10.0),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=False, begin=0, end=100),
    dict(
        type='CosineAnnealingLR',
        eta_min=0.0,
        by_epoch=False,
        begin=100,
        end=1500,
    ),
]
default_hooks = dict(checkpoint=dict(interval=250, max_keep_ckpts=1))
