# OpenMixer on ZS-JHMDB, label split 1, with boxes of its own.
# The paper's protocol is another (base and novel actions, video mAP), and so
# are its towers (CLIP-ViP): its figures are no measure of this.
# python tools/train.py configs/openmixer/openmixer_zs_jhmdb_split1.py
_base_ = [
    '../_base_/models/openmixer_vit-b16.py',
    '../_base_/datasets/zs_jhmdb_windows.py',
    '../_base_/schedules/openmixer_12e.py',
    '../_base_/epoch_runtime.py',
]
