# Table 4g, prompting after the last layer only. Paper: 66.02.
_base_ = '../zs_jhmdb_split1.py'

model = dict(prompted_layers='last')
