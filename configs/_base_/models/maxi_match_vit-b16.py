# The zero-shot CLIP of MAXI's first step: ViFi-CLIP's model before training.
model = dict(
    type='stclip.ViFiCLIPRecognizer',
    clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
    num_frames=16,
)
