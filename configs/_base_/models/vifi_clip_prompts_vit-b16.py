# ViFi-CLIP's prompts for base-to-novel: 16 learned tokens in each of the first
# nine layers of both towers, which stay as K400's training has left them.
_base_ = './vifi_clip_vit-b16.py'

model = dict(
    clip=dict(trained_layers=0, trained_text=False),
    prompts=dict(num_visual=16, num_text=16, visual_depth=9, text_depth=9),
)
