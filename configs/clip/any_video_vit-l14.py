# OpenAI's ViT-L/14 on each person's picture and the whole frame, for videos of
# one's own: stclip infer VIDEO --labels "wave, sit" --model clip-l14
_base_ = 'any_video_vit-b16.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'))
