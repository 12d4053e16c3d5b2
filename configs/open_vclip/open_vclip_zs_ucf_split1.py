# Open-VCLIP as a classifier of videos behind the detector, on ZS-UCF.
# python tools/train.py configs/open_vclip/open_vclip_zs_ucf_split1.py
_base_ = [
    '../_base_/models/open_vclip_whole_videos_vit-b16.py',
    '../_base_/video_label_ucf.py',
]

optim_wrapper = dict(type='InterpolatedOptimWrapper')
