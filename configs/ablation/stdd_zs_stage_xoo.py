# ZS-Stage clips: prompts of relations between objects.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(prompts='xoo')
