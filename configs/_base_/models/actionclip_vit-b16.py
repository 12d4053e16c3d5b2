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
    # The release's; 77 positions, of which 8 count.
    temporal=dict(num_layers=6, max_frames=77, norm_eps=1e-12),
)
