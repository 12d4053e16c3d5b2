# OpenAI's ViT-B/16 as it is: the baseline that is not trained.
model = dict(
    type='CLIPBaseline',
    view='full_frame',
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
)
