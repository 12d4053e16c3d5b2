# python tools/test.py configs/clip/zs_stage_single_person_crop.py
# CLIP on each person's crop, nothing trained. Results: docs/zs_stage.md.
_base_ = 'zs_stage_single_full_frame.py'

model = dict(view='person_crop')
