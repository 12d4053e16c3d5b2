# A recogniser on OpenAI's ViT-B/16 for whole videos: all person boxes of a
# video get its answer. A config adds the recogniser, and what it trains.
model = dict(
    type='VideoLabelDetector',
    recognizer=dict(
        clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        num_frames=8,
    ),
)
