# Base-to-novel on HMDB-51, as on UCF-101.
_base_ = ['./hmdb51.py', './training_videos.py']

__lists = 'data/hmdb51/annotations/base_to_novel'
train_dataloader = dict(
    dataset=dict(
        ann_file=f'{__lists}/base_k16_seed0.txt',
        part='base',
        data_prefix=_base_.test_dataloader.dataset.data_prefix,
    ),
)
test_dataloader = dict(
    dataset=dict(
        ann_file=f'{__lists}/{{part}}_test.txt',
        part='base',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/hmdb51_{part}.txt',
                attribute_file='data/attributes/hmdb51.jsonl',
                graph_file='data/knowledge/hmdb51.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
