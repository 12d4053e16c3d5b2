# ZS-AVA, label split 1. All actions are scored, the unseen ones evaluated. To
# prepare: docs/how_to/prepare_data.md.
_base_ = './keyframes.py'

__data = dict(
    data_root='data/ava',
    label_split='data/splits/zs_ava/split1.yaml',
    score_all=True,
    fps=30,
)
train_dataloader = dict(num_workers=4, dataset=__data)
test_dataloader = dict(
    num_workers=4, dataset=dict(**__data, det_file='detections/test.csv')
)
test_evaluator = dict(type='FrameMAP')
