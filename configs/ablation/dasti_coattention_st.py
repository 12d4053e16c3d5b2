# Table 6: co-attention before the interaction. Paper: 73.9.
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(fusion='coattn+st')
