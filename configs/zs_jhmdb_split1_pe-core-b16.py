# ST-CLIP on ZS-JHMDB, label split 1, on PE-Core B/16 in the place of OpenAI's
# ViT-B/16. Not in the paper; never run with real weights.
# python tools/train.py configs/zs_jhmdb_split1_pe-core-b16.py
_base_ = [
    '_base_/models/stclip_pe-core-b16.py',
    '_base_/datasets/zs_jhmdb.py',
    '_base_/schedules/stclip_3k.py',
    '_base_/default_runtime.py',
]
