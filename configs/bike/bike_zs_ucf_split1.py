# BIKE as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/bike/bike_zs_ucf_split1.py
_base_ = '../_base_/second_stage_names_ucf.py'

model = dict(
    recognizer=dict(
        type='BIKERecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
        ),
        temporal=dict(num_layers=6, max_frames=77, norm_eps=1e-12),
    ),
)
