# Table 4f, two layers of temporal attention. Paper: 72.06.
_base_ = '../zs_jhmdb_split1.py'

model = dict(temporal=dict(num_layers=2))
