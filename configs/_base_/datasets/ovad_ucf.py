# Open-vocabulary detection on UCF101-24 (OpenMixer's protocol): 50 % of the
# actions are base, trained on; all test videos are scored for all actions,
# and the metric takes the part that each is scored among. The person boxes are
# those of a detector that has seen none of the videos.
_base_ = './zs_ucf.py'

__split = dict(label_split='data/splits/ovad/ucf24_openmixer50.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(
    dataset=dict(**__split, score_all=True, det_file='detections/coco.json')
)
test_evaluator = [
    dict(type='FrameMAP'),
    dict(
        type='OpenVocabularyMAP',
        tube_file='data/ucf24/annotations/tubes.json',
        iou_thr=0.2,
        frame_step=5,
    ),
]
