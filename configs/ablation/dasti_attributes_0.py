# Table 5, no attributes, class names alone. Paper: 72.5, 47.2 and 65.6 on the
# first splits of UCF-101, HMDB-51 and Kinetics-600. (8 attributes: the model
# itself.)
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(num_attributes=0)
