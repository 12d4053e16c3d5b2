# Table 1, baseline (person crop): CLIP on each crop. Paper: 8.22.
_base_ = 'ava_baseline.py'

model = dict(view='person_crop')
