# A recogniser on OpenAI's ViT-B/16 as the second stage of the detector: each
# person's tube is a video. A config adds the recogniser, and what it trains:
# by the detector's loss, since that of the recogniser's own has no part here.
model = dict(
    type='RegionRecognizer',
    recognizer=dict(
        clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        num_frames=9,
    ),
)
