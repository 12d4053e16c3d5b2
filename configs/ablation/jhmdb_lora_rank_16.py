# Table 4d, LoRA of rank 16. Paper: 68.39.
_base_ = '../zs_jhmdb_split1.py'

model = dict(clip=dict(lora_rank=16))
