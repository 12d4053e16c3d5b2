# python tools/train.py configs/stdd/stdd_zs_stage.py
# Results: docs/zs_stage.md.
_base_ = [
    '../_base_/models/stdd_tiny.py',
    '../_base_/datasets/zs_stage_clips.py',
    '../_base_/schedules/stdd_zs_stage.py',
    '../_base_/default_runtime.py',
]

_graphs = dict(dataset=dict(graph_file='data/knowledge/zs_stage.jsonl'))
train_dataloader = _graphs
test_dataloader = _graphs

custom_hooks = [
    # A share of CLIP in what is tested: 0 for none.
    dict(type='PatchWeightsHook', ratio=0.0),
    dict(type='ConfusionMatrixHook'),
    # After the warm-up, as the release.
    dict(type='WeightAverageHook', interval=10, begin=60),
]
