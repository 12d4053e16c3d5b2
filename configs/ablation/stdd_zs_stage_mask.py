# ZS-Stage clips: masks alone, no channel is mixed.
_base_ = '../stdd/stdd_zs_stage.py'

model = dict(crossing=dict(fold=0, scales=(1,)))
