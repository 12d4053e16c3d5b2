# TC-CLIP on OpenAI's ViT-B/16, as its release tunes it: both towers, videos
# mixed as ViFi-CLIP does. The last text layer is prompted.
_base_ = './vifi_clip_vit-b16.py'

model = dict(type='stclip.TCCLIPRecognizer', num_frames=16)
