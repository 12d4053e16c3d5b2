# Table 4e, person tokens from the patch embedding. Paper: 70.92.
_base_ = '../zs_jhmdb_split1.py'

model = dict(person_source='patch_embedding', adapter_depth=0)
