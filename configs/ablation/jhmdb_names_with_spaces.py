# Class names with spaces for underscores, which the release keeps.
_base_ = '../zs_jhmdb_split1.py'

model = dict(clip=dict(underscores_to_spaces=True))
