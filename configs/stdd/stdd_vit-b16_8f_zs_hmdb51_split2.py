# HMDB-51, split 2.
_base_ = './stdd_vit-b16_8f_zs_hmdb51_split1.py'

test_dataloader = dict(
    dataset=dict(ann_file='data/hmdb51/annotations/test_split2.txt')
)
