# Table 4d, LoRA of rank 4. Paper: 71.70.
_base_ = '../zs_jhmdb_split1.py'

model = dict(clip=dict(lora_rank=4))
