# iCLIP on ZS-AVA, label split 1.
# python tools/train.py configs/i_clip/iclip_zs_ava_split1.py
_base_ = '../_base_/iclip_ava.py'
