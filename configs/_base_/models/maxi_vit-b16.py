# MAXI on OpenAI's ViT-B/16, as its release tunes it: both towers.
model = dict(
    type='stclip.MAXIRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu',
        pretrained='openai',
        trained_layers='all',
        trained_text=True,
    ),
    num_frames=16,
)
