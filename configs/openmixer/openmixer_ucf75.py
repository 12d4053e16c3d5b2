# The same on 18 base and 6 novel actions.
# python tools/train.py configs/openmixer/openmixer_ucf75.py
_base_ = './openmixer_ucf50.py'

__split = dict(label_split='data/splits/ovad/ucf24_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
