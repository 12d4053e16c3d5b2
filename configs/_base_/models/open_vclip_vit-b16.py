# Open-VCLIP on OpenAI's ViT-B/16, as its release trains it.
model = dict(
    type='stclip.OpenVCLIPRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers='all'
    ),
    num_frames=8,
    average_views='score',
)
