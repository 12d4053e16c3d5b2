# OpenMixer trained on 10 base actions of J-HMDB and tested by its authors'
# protocol, on these and 11 novel ones, with boxes of its own. Differs: plain
# CLIP (the paper: CLIP-ViP), which reads names (the paper: a language model's
# sentence about each), pictures squashed to 224 px, and no flips or scales in
# training.
# python tools/train.py configs/openmixer/openmixer_jhmdb50.py
_base_ = [
    '../_base_/models/openmixer_vit-b16.py',
    '../_base_/datasets/ovad_jhmdb_windows.py',
    '../_base_/schedules/openmixer_12e.py',
    '../_base_/epoch_runtime.py',
]
