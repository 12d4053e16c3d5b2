# Table 4: spatial interaction only.
_base_ = '../da_sti/dasti_zs_stage.py'

model = dict(interaction=dict(temporal=False))
