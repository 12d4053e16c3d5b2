# Faster R-CNN fine-tuned on the seen actions of ZS-UCF's label split 2.
_base_ = 'faster_rcnn_r50_fpn_ucf24_split1.py'

train_dataloader = dict(
    dataset=dict(label_split='data/splits/zs_ucf/split2.yaml')
)
