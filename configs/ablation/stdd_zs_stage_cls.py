# ZS-Stage clips: the class token from the plain branch.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(crossing=dict(class_token='plain'))
