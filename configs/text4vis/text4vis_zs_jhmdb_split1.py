# Text4Vis as the second stage of the detector: each person's tube is a video.
# Trained from CLIP by the detector's focal loss, not by Text4Vis's own loss.
# python tools/train.py configs/text4vis/text4vis_zs_jhmdb_split1.py
_base_ = [
    '../_base_/models/text4vis_regions_vit-b16.py',
    '../_base_/second_stage_names_jhmdb.py',
]
