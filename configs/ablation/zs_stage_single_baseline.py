# ZS-Stage, baseline: CLIP on the full frame, nothing trained.
_base_ = '../zs_stage_single.py'

_folder = 'data/pretrained/tiny_clip'
model = dict(
    _delete_=True,
    type='CLIPBaseline',
    view='full_frame',
    clip=dict(
        arch=f'{_folder}/open_clip_config.json',
        pretrained=f'{_folder}/tiny_clip.pt',
        underscores_to_spaces=True,
    ),
)
