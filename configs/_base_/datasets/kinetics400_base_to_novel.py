# Base-to-novel on Kinetics-400, as on UCF-101.
_base_ = './ucf101_base_to_novel.py'

__data = dict(data_root='data/kinetics400', reader='decord')
train_dataloader = dict(dataset=__data)
test_dataloader = dict(
    dataset=dict(
        **__data,
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
