# TC-CLIP on the small CLIP that comes with the project, for ZS-Stage.
_base_ = './vifi_clip_tiny.py'

model = dict(type='stclip.TCCLIPRecognizer')
