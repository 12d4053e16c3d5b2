# ActionCLIP on OpenAI's ViT-B/16, as its code trains it: all of CLIP, texts
# too (the table of tokens apart). Leave out what trains CLIP for the
# comparator of ST-CLIP's tables, whose CLIP is frozen.
model = dict(
    type='stclip.ActionCLIPRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu',
        pretrained='openai',
        trained_layers='all',
        trained_text=True,
    ),
    num_frames=8,
    # The release's, as are 77 positions by default, of which 8 count.
    temporal=dict(norm_eps=1e-12),
)
