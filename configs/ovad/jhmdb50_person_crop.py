# python tools/test.py configs/ovad/jhmdb50_person_crop.py
# CLIP on each person's crop, nothing trained, in OpenMixer's protocol: 10 base
# and 11 novel actions.
_base_ = 'jhmdb50_full_frame.py'

model = dict(view='person_crop')
