# ZS-Stage clips: CLIP on the mean of the frames and of the templates
# with plain names, nothing trained.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(crossing=None, prompts='a', score_kind='mean', regulariser=0.0)
