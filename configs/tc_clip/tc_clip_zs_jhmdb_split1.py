# TC-CLIP as the second stage of the detector: each person's tube is a video.
# Trained from CLIP by the detector's focal loss, not by TC-CLIP's own loss.
# python tools/train.py configs/tc_clip/tc_clip_zs_jhmdb_split1.py
_base_ = [
    '../_base_/models/tc_clip_regions_vit-b16.py',
    '../_base_/second_stage_names_jhmdb.py',
]
