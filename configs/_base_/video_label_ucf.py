# A recogniser's answer for whole videos on ZS-UCF, label split 1: all person
# boxes of a video get it. A config adds the recogniser of 8 frames, and what
# it trains. The paper's training is all warm-up.
_base_ = [
    './datasets/zs_ucf.py',
    './schedules/video_label_1k.py',
    './default_runtime.py',
]

__load = dict(type='LoadKeyframe', size=224, num_frames=1)
__video = dict(type='LoadWholeVideo', size=224, num_frames=8)
# Nobody looks at these, but there is one for each person.
__crop = dict(type='CropPersons', size=1)
__pack = dict(type='PackKeyframe')
train_dataloader = dict(
    # A video counts once, however long it is.
    sampler=dict(_delete_=True, type='VideoSampler'),
    dataset=dict(pipeline=[__load, __video, __crop, __pack]),
)
test_dataloader = dict(
    dataset=dict(
        pipeline=[__load, dict(**__video, test_mode=True), __crop, __pack]
    )
)
param_scheduler = [
    dict(
        type='LinearLR', start_factor=0.25, by_epoch=False, begin=0, end=1000
    ),
]
