# ZS-Stage clips: prompts of relations of action and objects.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(prompts='xao')
