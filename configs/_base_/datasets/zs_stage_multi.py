# ZS-Stage, multi-action track, fold 1 of 4: all actions are scored, the unseen
# ones evaluated. `python tools/make_zs_stage.py` renders it.
_base_ = './zs_stage_single.py'

__data = dict(
    type='AVAKeyframeDataset',
    data_root='data/zs_stage/multi',
    label_map='annotations/action_list.pbtxt',
    label_split='data/splits/zs_stage/multi_split1.yaml',
    start_sec=0,
    fps=8,
)
train_dataloader = dict(
    dataset=dict(**__data, ann_file='annotations/train.csv')
)
test_dataloader = dict(
    dataset=dict(
        **__data,
        ann_file='annotations/test.csv',
        det_file='detections/test.csv',
    )
)
test_evaluator = dict(type='FrameMAP', _delete_=True)
