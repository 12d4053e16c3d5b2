# ZS-Stage clips: prompts of relations between sub-actions.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(prompts='xaa')
