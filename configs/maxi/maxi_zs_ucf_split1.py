# MAXI as the second stage of the detector: each person's tube is a video.
# The annotated actions stand for those that CLIP finds, and there are no bags.
# python tools/train.py configs/maxi/maxi_zs_ucf_split1.py
_base_ = '../_base_/second_stage_names_ucf.py'

model = dict(
    recognizer=dict(
        type='MAXIRecognizer',
        clip=dict(
            arch='ViT-B-16-quickgelu',
            pretrained='openai',
            trained_layers='all',
            trained_text=True,
        ),
    ),
)
