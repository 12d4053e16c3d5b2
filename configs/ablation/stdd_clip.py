# CLIP on the mean of the frames and of the templates with plain names, as STDD
# is tested; there is nothing to train.
_base_ = '../stdd/stdd_vit-b16_8f_k400.py'

model = dict(crossing=None, prompts='a', score_kind='mean', regulariser=0.0)
