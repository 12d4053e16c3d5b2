# python tools/train.py configs/ovad/ucf75_stclip.py
# ST-CLIP trained on 18 base actions of UCF101-24 and tested by OpenMixer's
# protocol, on these and 6 novel ones.
_base_ = 'ucf50_stclip.py'

__split = dict(label_split='data/splits/ovad/ucf24_openmixer75.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
