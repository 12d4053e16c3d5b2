# ZS-Stage, baseline (person crop): CLIP on each crop, nothing trained.
_base_ = 'zs_stage_single_baseline.py'

model = dict(view='person_crop')
