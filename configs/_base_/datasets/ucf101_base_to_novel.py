# Base-to-novel on UCF-101: 16 videos of each base class to train on, drawn
# with seed 0 by tools/data/make_video_lists.py; tested on the base classes, or
# on the novel ones by test_dataloader.dataset.part=novel.
_base_ = ['./ucf101.py', './training_videos.py']

train_dataloader = dict(
    dataset=dict(
        data_root='data/ucf101',
        ann_file='annotations/base_to_novel/base_k16_seed0.txt',
        part='base',
    ),
)
test_dataloader = dict(
    dataset=dict(
        ann_file='annotations/base_to_novel/{part}_test.txt',
        part='base',
        pipeline=[
            dict(
                type='stclip.AddLabelSpace',
                label_file='data/labels/ucf101_{part}.txt',
                attribute_file='data/attributes/ucf101.jsonl',
                graph_file='data/knowledge/ucf101.jsonl',
            ),
            dict(
                type='PackActionInputs', meta_keys=('label_space', 'filename')
            ),
        ],
    ),
)
