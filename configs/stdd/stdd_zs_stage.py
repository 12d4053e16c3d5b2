# python tools/train.py configs/stdd/stdd_zs_stage.py
_base_ = [
    '../_base_/models/stdd_vit-b16.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/dasti_zs_stage.py',
    '../_base_/default_runtime.py',
]

_folder = 'data/pretrained/tiny_clip'
model = dict(
    clip=dict(
        arch=f'{_folder}/open_clip_config.json',
        pretrained=f'{_folder}/tiny_clip.pt',
    ),
)
train_dataloader = dict(
    dataset=dict(graph_file='data/knowledge/zs_stage.jsonl')
)
test_dataloader = dict(
    dataset=dict(graph_file='data/knowledge/zs_stage.jsonl')
)
