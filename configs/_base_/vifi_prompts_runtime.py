# What trainings of ViFi-CLIP's prompts share: they start from the towers of
# Kinetics-400's training.
_base_ = './epoch_runtime.py'

load_from = 'work_dirs/vifi_clip_vit-b16_32f_k400/epoch_10.pth'
# It has no prompts.
default_hooks = dict(
    strict_load=dict(learned_anew=['visual_prompts', 'text_prompts'])
)
