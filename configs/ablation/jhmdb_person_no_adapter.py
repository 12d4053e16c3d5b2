# Table 4e, image encoder's person tokens, no adapter. Paper: 70.29.
_base_ = '../zs_jhmdb_split1.py'

model = dict(adapter_depth=0)
