# python tools/train.py \
#     configs/person_detector/faster_rcnn_r50_fpn_ucf24_split1.py
# Faster R-CNN of faster_rcnn_r50_fpn_coco.py, fine-tuned for ten epochs on the
# persons of ZS-UCF's seen actions (paper, section 5.1). To detect, give its
# epoch_10.pth to tools/detect_persons.py with that config.
_base_ = [
    'mmdet::_base_/models/faster-rcnn_r50_fpn.py',
    '../_base_/default_runtime.py',
]

# The head keeps COCO's 80 classes, of which the first is the person.
model = dict(_scope_='mmdet', backbone=dict(init_cfg=None))
load_from = 'data/pretrained/faster_rcnn_r50_fpn_1x_coco_20200130-047c8118.pth'

train_dataloader = dict(
    batch_size=8,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='PersonBoxDataset',
        data_root='data/ucf24',
        data_prefix=dict(img='videos'),
        ann_file='annotations/train.json',
        label_split='data/splits/zs_ucf/split1.yaml',
        # Neighbouring frames are nearly the same.
        frame_step=4,
        pipeline=[
            dict(type='LoadVideoFrame'),
            dict(type='mmdet.LoadAnnotations', with_bbox=True),
            dict(type='mmdet.Resize', scale=(1333, 800), keep_ratio=True),
            dict(type='mmdet.RandomFlip', prob=0.5),
            dict(type='mmdet.PackDetInputs'),
        ],
    ),
)
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=10)
optim_wrapper = dict(
    type='OptimWrapper',
    # A tenth of what COCO is trained with, at half its batch.
    optimizer=dict(type='SGD', lr=1e-3, momentum=0.9, weight_decay=1e-4),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=False, begin=0, end=500),
    dict(type='MultiStepLR', milestones=[8], gamma=0.1, begin=0, end=10),
]
default_hooks = dict(checkpoint=dict(by_epoch=True, interval=1))
log_processor = dict(by_epoch=True)

# Recall is measured by tools/eval_person_boxes.py.
test_cfg = None
