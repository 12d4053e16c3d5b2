# Vita-CLIP on whole videos, its answer for all persons; label split 1. CLIP
# is frozen, as in all comparators of ST-CLIP.
# python tools/train.py configs/vita_clip/vita_clip_zs_ucf_split1.py
# Paper (Table 3, soft voting): 52.52 frame mAP.
_base_ = [
    '../_base_/models/vita_clip_whole_videos_vit-b16.py',
    '../_base_/video_label_ucf.py',
]
