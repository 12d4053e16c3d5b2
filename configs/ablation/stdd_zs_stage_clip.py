# ZS-Stage clips: CLIP's frames and the prompts of knowledge graphs, nothing
# trained.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(crossing=None, regulariser=0.0)
