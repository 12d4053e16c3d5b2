# ZS-Stage, + person-context interaction: no prompting.
_base_ = '../zs_stage_single.py'

model = dict(prompted_layers='none')
