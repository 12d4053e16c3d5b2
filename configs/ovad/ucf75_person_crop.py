# python tools/test.py configs/ovad/ucf75_person_crop.py
# CLIP on each person's crop, nothing trained, in OpenMixer's protocol: 18 base
# and 6 novel actions.
_base_ = 'ucf50_person_crop.py'

__split = dict(label_split='data/splits/ovad/ucf24_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
