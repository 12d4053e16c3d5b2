# Table 4: temporal interaction only.
_base_ = '../da_sti/dasti_zs_stage.py'

model = dict(interaction=dict(spatial=False))
