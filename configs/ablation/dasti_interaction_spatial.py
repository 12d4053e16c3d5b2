# Table 4, the spatial interaction alone. Paper: 77.0, 47.9 and 66.8 on the
# first splits of UCF-101, HMDB-51 and Kinetics-600.
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(interaction=dict(temporal=False))
