# The same, but persons have no actions of their own: boxes are trained, and
# each person does what CLIP sees in the whole clip ("ZSR+TL" in the paper).
# python tools/train.py configs/openmixer/openmixer_zsr_tl_zs_jhmdb_split1.py
_base_ = './openmixer_zs_jhmdb_split1.py'

model = dict(decoder=dict(own_actions=False))
