# BIKE's video branch on OpenAI's ViT-B/16, as its code trains it.
model = dict(
    type='stclip.BIKERecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu',
        pretrained='openai',
        trained_layers='all',
    ),
    num_frames=8,
    # The release's, as are 77 positions by default, of which 8 count.
    temporal=dict(norm_eps=1e-12),
)
