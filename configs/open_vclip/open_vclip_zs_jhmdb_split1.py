# Open-VCLIP as a classifier of videos behind the detector, on ZS-JHMDB.
# python tools/train.py configs/open_vclip/open_vclip_zs_jhmdb_split1.py
_base_ = '../_base_/video_label_jhmdb.py'

model = dict(
    recognizer=dict(
        type='OpenVCLIPRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
        ),
    ),
)
optim_wrapper = dict(type='InterpolatedOptimWrapper')
