# iCLIP on ZS-JHMDB, label split 1.
# python tools/train.py configs/i_clip/iclip_zs_jhmdb_split1.py
_base_ = '../_base_/iclip_jhmdb.py'
