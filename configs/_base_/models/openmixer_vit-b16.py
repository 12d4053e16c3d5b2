# OpenMixer (WACV 2025) on OpenAI's ViT-B/16; sizes and weights of J-HMDB.
model = dict(
    type='OpenMixer',
    data_preprocessor=dict(type='WindowDataPreprocessor', num_frames=16),
    clip=dict(
        arch='ViT-B-16-quickgelu',
        pretrained='openai',
        underscores_to_spaces=True,
    ),
    decoder=dict(
        num_stages=3,
        num_queries=100,
        num_frames=16,
        num_heads=8,
        groups=4,
        points=32,
        out_multiplier=4,
        ffn_width=2048,
        alpha=0.99,
    ),
    loss=dict(action=48.0),
    first_boxes='map',
    person_threshold=0.6,
)
