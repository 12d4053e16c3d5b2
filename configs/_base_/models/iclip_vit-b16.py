# iCLIP on OpenAI's ViT-B/16, as its release: persons, objects, the frame and
# memory, twice.
model = dict(
    type='ICLIP',
    data_preprocessor=dict(type='KeyframeDataPreprocessor'),
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
    units='POHMPOHM',
    memory_frames=60,
    prompting_layers=2,
    head=dict(type='CosineHead', temperature=0.07, gamma=2.0),
)
