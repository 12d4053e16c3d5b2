# iCLIP on ZS-UCF, label split 1.
# python tools/train.py configs/i_clip/iclip_zs_ucf_split1.py
_base_ = '../_base_/iclip_ucf.py'
