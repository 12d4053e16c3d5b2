# Table 6: co-attention in place of the spatio-temporal interaction.
_base_ = '../da_sti/dasti_zs_stage.py'

model = dict(fusion='coattn')
