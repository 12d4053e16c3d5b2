# Table 4e, adapter of one linear layer. Paper: 67.37.
_base_ = '../zs_jhmdb_split1.py'

model = dict(adapter_depth=1)
