# ZS-Stage clips: channels are mixed, nothing is masked.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(crossing=dict(mask_rate=0.0))
