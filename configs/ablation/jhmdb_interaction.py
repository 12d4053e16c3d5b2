# Table 4a, + person-context interaction. Paper: 66.98.
_base_ = '../zs_jhmdb_split1.py'

model = dict(prompted_layers='none')
