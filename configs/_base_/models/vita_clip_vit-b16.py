# Vita-CLIP on OpenAI's ViT-B/16: one learned context for all classes, of which
# testing reads the plain names, as the release does on unseen classes.
model = dict(
    type='stclip.VitaCLIPRecognizer',
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
    num_frames=8,
    num_global=8,
    context_words=8,
    test_text='names',
)
