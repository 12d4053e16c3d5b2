# Table 4a, + person-context interaction. Paper: 10.41.
_base_ = '../zs_ava_split1.py'

model = dict(prompted_layers='none')
