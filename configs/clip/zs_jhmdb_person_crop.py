# python tools/test.py configs/clip/zs_jhmdb_person_crop.py
# CLIP on each person's crop, nothing trained. Label split 1. Not in the paper.
_base_ = 'zs_jhmdb_full_frame.py'

model = dict(view='person_crop')
