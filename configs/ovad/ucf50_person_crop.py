# python tools/test.py configs/ovad/ucf50_person_crop.py
# CLIP on each person's crop, nothing trained, in OpenMixer's protocol: 12 base
# and 12 novel actions.
_base_ = 'ucf50_full_frame.py'

model = dict(view='person_crop')
