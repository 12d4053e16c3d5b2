# STDD on OpenAI's ViT-B/16, as its release trains it, but for the regulariser
# (2.0), which has a gradient here; 0 behaves like the release.
model = dict(
    type='stclip.STDDRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers='all'
    ),
    num_frames=8,
    crossing=dict(
        mask_rate=0.5,
        cell=(2, 2),
        fold=32,
        scales=(1, 2),
        class_token='crossing',
    ),
    prompts='xmix',
    num_templates=8,
    score_kind='both',
    regulariser=2.0,
    average_views='score',
)
