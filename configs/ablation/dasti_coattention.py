# Table 6: co-attention in place of the interaction. Paper: 73.0.
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(fusion='coattn')
