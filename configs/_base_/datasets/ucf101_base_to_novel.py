# Base-to-novel on UCF-101: 16 videos of each base class to train on, drawn
# with seed 0 by tools/data/make_video_lists.py; tested on the base classes, or
# on the novel ones by test_dataloader.dataset.part=novel.
_base_ = './ucf101.py'

# What the pipelines of the configs end with.
__pipeline = [
    dict(
        type='stclip.AddLabelSpace',
        label_file='data/labels/ucf101_{part}.txt',
        attribute_file='data/attributes/ucf101.jsonl',
        graph_file='data/knowledge/ucf101.jsonl',
    ),
    dict(type='PackActionInputs', meta_keys=('label_space', 'filename')),
]
__data = dict(
    type='ListedVideoDataset',
    data_prefix=dict(video='data/ucf101/videos'),
    part='base',
    pipeline=__pipeline,
)
__lists = 'data/ucf101/annotations/base_to_novel'
train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(**__data, ann_file=f'{__lists}/base_k16_seed0.txt'),
)
test_dataloader = dict(
    dataset=dict(**__data, ann_file=f'{__lists}/{{part}}_test.txt')
)
