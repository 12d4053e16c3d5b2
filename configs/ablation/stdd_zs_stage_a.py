# ZS-Stage clips: prompts of plain names.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(prompts='a')
