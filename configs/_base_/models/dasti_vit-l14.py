# DA-STI on OpenAI's ViT-L/14, 8 frames; "the last 6 of 12 layers" is read as
# the last 6 of its 24.
_base_ = './dasti_vit-b16.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'), num_frames=8)
