# Table 4f, context of the keyframe alone. Paper: 68.03.
_base_ = '../zs_jhmdb_split1.py'

model = dict(temporal=None)
