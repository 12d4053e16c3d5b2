# python tools/test.py configs/clip/zs_ava_person_crop.py
# CLIP on each person's crop, nothing trained. Label split 1.
# Paper (Table 1): 8.22 frame mAP.
_base_ = 'zs_ava_full_frame.py'

model = dict(view='person_crop')
