# Open-vocabulary detection on J-HMDB (OpenMixer's protocol): 50 % of the
# actions are base, trained on; all test videos are scored for all actions,
# and the metric takes the part that each is scored among.
_base_ = './zs_jhmdb.py'

__split = dict(label_split='data/splits/ovad/jhmdb_openmixer50.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=dict(**__split, score_all=True))
test_evaluator = [
    dict(type='FrameMAP'),
    dict(
        type='OpenVocabularyMAP',
        tube_file='data/jhmdb/annotations/tubes.json',
    ),
]
