# Open-VCLIP as a classifier of videos behind the detector, on ZS-JHMDB.
# python tools/train.py configs/open_vclip/open_vclip_zs_jhmdb_split1.py
_base_ = [
    '../_base_/models/open_vclip_whole_videos_vit-b16.py',
    '../_base_/video_label_jhmdb.py',
]

optim_wrapper = dict(type='InterpolatedOptimWrapper')
