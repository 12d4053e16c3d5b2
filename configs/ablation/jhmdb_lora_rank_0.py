# Table 4d, LoRA of rank 0. Paper: 72.80.
_base_ = '../zs_jhmdb_split1.py'

model = dict(clip=dict(lora_rank=0))
