# Base-to-novel on HMDB-51, as on UCF-101.
_base_ = './ucf101_base_to_novel.py'

# What the pipelines of the configs end with.
__pipeline = [
    dict(
        type='stclip.AddLabelSpace',
        label_file='data/labels/hmdb51_{part}.txt',
        attribute_file='data/attributes/hmdb51.jsonl',
        graph_file='data/knowledge/hmdb51.jsonl',
    ),
    dict(type='PackActionInputs', meta_keys=('label_space', 'filename')),
]
__data = dict(
    type='ListedVideoDataset',
    data_prefix=dict(video='data/hmdb51/videos'),
    part='base',
    pipeline=__pipeline,
)
__lists = 'data/hmdb51/annotations/base_to_novel'
train_dataloader = dict(
    dataset=dict(**__data, ann_file=f'{__lists}/base_k16_seed0.txt')
)
test_dataloader = dict(
    dataset=dict(**__data, ann_file=f'{__lists}/{{part}}_test.txt')
)
