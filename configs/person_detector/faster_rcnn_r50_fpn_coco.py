# Faster R-CNN R50-FPN of mmdet, trained on COCO: for real videos.
# Weights: the link "model" of "R-50-FPN, pytorch, 1x" at
# github.com/open-mmlab/mmdetection/tree/main/configs/faster_rcnn
# (faster_rcnn_r50_fpn_1x_coco_20200130-047c8118.pth, 160 MB).
_base_ = 'mmdet::faster_rcnn/faster-rcnn_r50_fpn_1x_coco.py'

model = dict(backbone=dict(init_cfg=None))
load_from = 'data/pretrained/faster_rcnn_r50_fpn_1x_coco_20200130-047c8118.pth'
