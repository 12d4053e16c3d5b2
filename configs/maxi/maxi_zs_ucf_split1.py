# MAXI as the second stage of the detector: each person's tube is a video.
# Trained from CLIP by the detector's focal loss, not by MAXI's own loss.
# python tools/train.py configs/maxi/maxi_zs_ucf_split1.py
_base_ = [
    '../_base_/models/maxi_regions_vit-b16.py',
    '../_base_/second_stage_names_ucf.py',
]
