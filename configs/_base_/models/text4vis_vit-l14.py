# Text4Vis on OpenAI's ViT-L/14, 16 frames.
_base_ = './text4vis_vit-b16.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'), num_frames=16)
