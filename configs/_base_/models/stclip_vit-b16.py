# ST-CLIP on OpenAI's ViT-B/16: J-HMDB and UCF101-24 (paper, section 5.1).
model = dict(
    type='STCLIP',
    data_preprocessor=dict(type='KeyframeDataPreprocessor'),
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai', lora_rank=8),
    person_source='image_encoder',
    adapter_depth=2,
    temporal=dict(num_frames=9, num_layers=1),
    prompted_layers='all',
    num_interest_tokens=0,
    full_frame_feature=True,
    head=dict(type='CosineHead', temperature=0.07, gamma=2.0),
)
