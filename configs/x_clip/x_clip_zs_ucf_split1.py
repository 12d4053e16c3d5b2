# X-CLIP on whole videos, its answer for all persons; label split 1. CLIP
# is frozen, as in all comparators of ST-CLIP.
# python tools/train.py configs/x_clip/x_clip_zs_ucf_split1.py
# Paper (Table 3, soft voting): 50.10 frame mAP.
_base_ = [
    '../_base_/models/x_clip_whole_videos_vit-b16.py',
    '../_base_/video_label_ucf.py',
]
