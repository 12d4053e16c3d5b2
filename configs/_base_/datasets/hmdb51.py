# HMDB-51, as UCF-101.
_base_ = './ucf101.py'

test_dataloader = dict(
    dataset=dict(
        data_root='data/hmdb51',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/hmdb51.txt',
                attribute_file='data/attributes/hmdb51.jsonl',
                graph_file='data/knowledge/hmdb51.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
