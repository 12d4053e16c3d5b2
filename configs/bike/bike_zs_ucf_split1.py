# BIKE as the second stage of the detector: each person's tube is a video.
# Trained from CLIP by the detector's focal loss, not by BIKE's own loss.
# python tools/train.py configs/bike/bike_zs_ucf_split1.py
_base_ = [
    '../_base_/models/bike_regions_vit-b16.py',
    '../_base_/second_stage_names_ucf.py',
]
