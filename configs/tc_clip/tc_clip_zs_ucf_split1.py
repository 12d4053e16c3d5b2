# TC-CLIP as the second stage of the detector: each person's tube is a video.
# python tools/train.py configs/tc_clip/tc_clip_zs_ucf_split1.py
_base_ = '../_base_/second_stage_names_ucf.py'

model = dict(
    recognizer=dict(
        type='TCCLIPRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
            trained_text=True,
        ),
    ),
)
