# TC-CLIP with the pixels that its released weights were tuned with, which are
# ViFi-CLIP's. Those weights lack CLIP's frozen table of tokens.
_base_ = './vifi_clip_released.py'

model = dict(type='stclip.TCCLIPRecognizer', num_frames=16)
