# Kinetics-400: training and supervised testing, with one view of each video or
# test_dataloader.dataset.views=4x3 test_dataloader.batch_size=1. To prepare:
# docs/how_to/prepare_recognition.md.
_base_ = ['./ucf101.py', './training_videos.py']

__data = dict(data_root='data/kinetics400', reader='decord')
train_dataloader = dict(
    dataset=dict(**__data, ann_file='annotations/train.txt')
)
test_dataloader = dict(
    dataset=dict(
        **__data,
        ann_file='annotations/val.txt',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/kinetics400.txt',
                attribute_file='data/attributes/kinetics400.jsonl',
                graph_file='data/knowledge/kinetics400.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
