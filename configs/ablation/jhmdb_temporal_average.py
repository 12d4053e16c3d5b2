# Table 4f, average over time. Paper: 68.63.
_base_ = '../zs_jhmdb_split1.py'

model = dict(temporal=dict(num_layers=0))
