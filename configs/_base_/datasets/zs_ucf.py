# ZS-UCF (UCF101-24, 75 % seen, 25 % unseen actions), label split 1. To
# prepare: docs/how_to/prepare_data.md.
_base_ = './keyframes.py'

__data = dict(
    data_root='data/ucf24',
    data_prefix=dict(video='videos'),
    label_split='data/splits/zs_ucf/split1.yaml',
)
train_dataloader = dict(dataset=__data)
test_dataloader = dict(
    # From a detector fine-tuned on the seen actions of each label split.
    dataset=dict(**__data, det_file='detections/split{split}.json'),
)
test_evaluator = [
    dict(type='FrameMAP', soft_voting=True),
    dict(
        type='VideoMAP',
        tube_file='data/ucf24/annotations/tubes.json',
        soft_voting=True,
    ),
]
