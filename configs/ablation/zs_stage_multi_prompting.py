# ZS-Stage, + context prompting: no interest tokens.
_base_ = '../zs_stage_multi.py'

model = dict(num_interest_tokens=0)
