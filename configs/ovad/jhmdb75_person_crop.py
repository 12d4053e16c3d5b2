# python tools/test.py configs/ovad/jhmdb75_person_crop.py
# CLIP on each person's crop, nothing trained, in OpenMixer's protocol: 15 base
# and 6 novel actions.
_base_ = 'jhmdb50_person_crop.py'

__split = dict(label_split='data/splits/ovad/jhmdb_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
