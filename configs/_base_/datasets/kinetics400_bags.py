# Kinetics-400 for MAXI: the videos that configs/maxi/maxi_match_k400.py lists,
# and words of each. Phrases are the keywords of data/attributes; those of a
# language model and words of captions: docs/how_to/prepare_recognition.md.
_base_ = './kinetics400.py'

train_dataloader = dict(
    batch_size=16,
    dataset=dict(
        ann_file='annotations/maxi_train.txt',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/kinetics400.txt',
                attribute_file='data/attributes/kinetics400.jsonl',
                graph_file='data/knowledge/kinetics400.jsonl',
            ),
            dict(type='stclip.AddTextBag', size=16),
            dict(
                type='PackActionInputs',
                meta_keys=('label_space', 'filename', 'text_bag'),
            ),
        ],
    ),
)
