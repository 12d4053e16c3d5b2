# iCLIP on ZS-JHMDB, label split 2.
# python tools/train.py configs/i_clip/iclip_zs_jhmdb_split2.py
_base_ = 'iclip_zs_jhmdb_split1.py'

__split = dict(label_split='data/splits/zs_jhmdb/split2.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
