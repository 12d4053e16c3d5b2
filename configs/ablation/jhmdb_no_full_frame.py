# The paper's text, without the released model's full-frame feature.
_base_ = '../zs_jhmdb_split1.py'

model = dict(full_frame_feature=False)
