# Table 5, 16 attributes. Paper: 78.6, 51.7 and 70.9 on the first splits of
# UCF-101, HMDB-51 and Kinetics-600. (8 attributes: the model itself.)
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(num_attributes=16)
