# Table 5, 4 attributes. Paper: 78.5, 51.5 and 70.8 on the first splits of
# UCF-101, HMDB-51 and Kinetics-600. (8 attributes: the model itself.)
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(num_attributes=4)
