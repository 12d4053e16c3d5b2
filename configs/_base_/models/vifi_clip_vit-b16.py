# ViFi-CLIP on OpenAI's ViT-B/16, as its release tunes it: both towers. Videos
# of a batch are mixed in pairs, by mixup or cutmix. Pixels are normalised as
# CLIP's weights want it; the release's own weights: vifi_clip_released.py.
model = dict(
    type='stclip.ViFiCLIPRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu',
        pretrained='openai',
        trained_layers='all',
        trained_text=True,
    ),
    num_frames=32,
    label_smoothing=0.1,
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        format_shape='NCHW',
        blending=dict(
            type='stclip.LabelSpaceBlending',
            augments=[
                dict(type='MixupBlending', alpha=0.8),
                dict(type='CutmixBlending', alpha=1.0),
            ],
        ),
    ),
)
