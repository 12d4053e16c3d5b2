# python tools/test.py configs/ovad/ucf75_full_frame.py
# CLIP on the full frame, nothing trained, in OpenMixer's protocol: 18 base
# and 6 novel actions.
_base_ = 'ucf50_full_frame.py'

__split = dict(label_split='data/splits/ovad/ucf24_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
