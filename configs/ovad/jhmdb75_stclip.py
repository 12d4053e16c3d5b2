# python tools/train.py configs/ovad/jhmdb75_stclip.py
# ST-CLIP trained on 15 base actions of J-HMDB and tested by OpenMixer's
# protocol, on these and 6 novel ones.
_base_ = 'jhmdb50_stclip.py'

__split = dict(label_split='data/splits/ovad/jhmdb_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
