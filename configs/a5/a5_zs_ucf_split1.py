# A5 on whole videos, its answer for all persons; label split 1. CLIP
# is frozen, as in all comparators of ST-CLIP.
# python tools/train.py configs/a5/a5_zs_ucf_split1.py
# Paper (Table 3, soft voting): 46.78 frame mAP.
_base_ = '../_base_/video_label_ucf.py'


__steps = {
    part: [
        dict(step, num_frames=16) if step['type'] == 'LoadWholeVideo' else step
        for step in loader.dataset.pipeline
    ]
    for part, loader in (
        ('train', _base_.train_dataloader),
        ('test', _base_.test_dataloader),
    )
}
train_dataloader = dict(dataset=dict(pipeline=__steps['train']))
test_dataloader = dict(dataset=dict(pipeline=__steps['test']))
model = dict(
    recognizer=dict(
        type='A5Recognizer',
        clip=dict(arch='ViT-B-16-quickgelu', pretrained='openai'),
        num_frames=16,
    ),
)
