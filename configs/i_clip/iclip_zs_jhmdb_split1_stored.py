# iCLIP on ZS-JHMDB, label split 1, learned from features. First
# stclip prepare features configs/i_clip/iclip_zs_jhmdb_split1.py --crops \
#     --out data/jhmdb/features/vit-b16
# python tools/train.py configs/i_clip/iclip_zs_jhmdb_split1_stored.py
_base_ = '../_base_/iclip_jhmdb_stored.py'
