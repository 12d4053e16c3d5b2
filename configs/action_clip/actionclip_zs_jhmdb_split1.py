# ActionCLIP on whole videos, its answer for all persons; label split 1. CLIP
# is frozen, as in all comparators of ST-CLIP.
# python tools/train.py configs/action_clip/actionclip_zs_jhmdb_split1.py
# Paper (Table 2, soft voting): 69.18 frame mAP.
_base_ = [
    '../_base_/models/actionclip_whole_videos_vit-b16.py',
    '../_base_/video_label_jhmdb.py',
]
