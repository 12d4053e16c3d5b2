# Table 4, without both, ActionCLIP. Paper: 76.3, 46.8 and 64.1 on the first
# splits of UCF-101, HMDB-51 and Kinetics-600.
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(interaction=dict(spatial=False, temporal=False))
