# A5 of Efficient-Prompting on OpenAI's ViT-B/16, as released.
model = dict(
    type='stclip.A5Recognizer',
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
    num_frames=16,
    prefix=16,
    postfix=16,
    temporal_layers=2,
)
