# X-CLIP on OpenAI's ViT-B/16, for whole videos. CLIP is frozen, its scale of
# cosines too: 100, which the release starts from as well.
_base_ = 'whole_videos_vit-b16.py'

model = dict(
    recognizer=dict(
        type='XCLIPRecognizer',
        prompting_layers=1,
    ),
)
