# Table 4, baseline: ActionCLIP, neither interaction.
_base_ = '../da_sti/dasti_zs_stage.py'

model = dict(interaction=dict(spatial=False, temporal=False))
