# Kinetics-600, as UCF-101: videos of the official test set, of 160 of the 220
# new classes; each of the three splits has its own.
_base_ = './ucf101.py'

test_dataloader = dict(
    dataset=dict(
        data_root='data/kinetics600',
        reader='decord',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/kinetics600_split{split}.txt',
                attribute_file='data/attributes/kinetics600_new.jsonl',
                graph_file='data/knowledge/kinetics600_new.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
