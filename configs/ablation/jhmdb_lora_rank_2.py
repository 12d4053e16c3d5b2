# Table 4d, LoRA of rank 2. Paper: 64.52.
_base_ = '../zs_jhmdb_split1.py'

model = dict(clip=dict(lora_rank=2))
