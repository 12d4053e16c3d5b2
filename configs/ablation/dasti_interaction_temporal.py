# Table 4, the temporal interaction alone. Paper: 77.6, 48.2 and 68.5 on the
# first splits of UCF-101, HMDB-51 and Kinetics-600.
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(interaction=dict(spatial=False))
