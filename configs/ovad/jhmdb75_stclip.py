# python tools/train.py configs/ovad/jhmdb75_stclip.py
# ST-CLIP, in OpenMixer's protocol: 15 base and 6 novel actions.
_base_ = 'jhmdb50_stclip.py'

__split = dict(label_split='data/splits/ovad/jhmdb_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
