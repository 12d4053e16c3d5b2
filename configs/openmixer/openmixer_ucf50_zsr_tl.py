# Persons have no actions of their own: boxes are trained, and each person does
# what CLIP sees in the whole clip ("ZSR+TL" in the paper).
# python tools/train.py configs/openmixer/openmixer_ucf50_zsr_tl.py
_base_ = './openmixer_ucf50.py'

model = dict(decoder=dict(own_actions=False))
