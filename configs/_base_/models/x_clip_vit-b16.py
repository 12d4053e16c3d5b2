# X-CLIP on OpenAI's ViT-B/16, of which the release trains the image tower and
# the scale too (and the text tower, which we leave as it is: seen classes
# alone would tune it). Leave out what trains CLIP for the comparator of
# ST-CLIP's tables, whose CLIP is frozen.
model = dict(
    type='stclip.XCLIPRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers='all'
    ),
    num_frames=8,
    prompting_layers=2,
    label_smoothing=0.1,
)
