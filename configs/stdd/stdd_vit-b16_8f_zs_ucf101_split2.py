# UCF-101, split 2.
_base_ = './stdd_vit-b16_8f_zs_ucf101_split1.py'

test_dataloader = dict(
    dataset=dict(ann_file='data/ucf101/annotations/test_split2.txt')
)
