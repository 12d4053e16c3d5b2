# ZS-Stage clips: without the regulariser, as the release trains.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(regulariser=0.0)
