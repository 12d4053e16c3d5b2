# ZS-Stage clips: CLIP's own layers, without space-time cross attention.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(crossing=None)
