# Base-to-novel on Kinetics-400, as on UCF-101.
_base_ = './kinetics400.py'

__lists = 'data/kinetics400/annotations/base_to_novel'
train_dataloader = dict(
    dataset=dict(
        ann_file=f'{__lists}/base_k16_seed0.txt',
        part='base',
    ),
)
test_dataloader = dict(
    dataset=dict(
        ann_file=f'{__lists}/{{part}}_test.txt',
        part='base',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/kinetics400_{part}.txt',
                attribute_file='data/attributes/kinetics400.jsonl',
                graph_file='data/knowledge/kinetics400.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
