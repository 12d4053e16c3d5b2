# DA-STI on OpenAI's ViT-B/16 (paper, section 4.1). The preset `rec` of the
# readings that the paper leaves open: docs/da_sti.md.
# stclip. in front of names: mmaction2's own inferencer looks from its scope.
model = dict(
    type='stclip.DASTIRecognizer',
    clip=dict(
        arch='ViT-B-16-quickgelu', pretrained='openai', trained_layers=6
    ),
    num_frames=16,
    num_attributes=8,
    word_mask='content',
    attributes_in_class=True,
    temporal_layers=6,
    interaction=dict(
        spatial=True,
        temporal=True,
        similarity='cos',
        query='projected',
        init='identity',
        tau=0.01,
        renormalise=True,
    ),
)
