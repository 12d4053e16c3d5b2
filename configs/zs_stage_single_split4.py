# ST-CLIP on ZS-Stage, single-action track, fold 4 of 4.
# Model: the small CLIP of the project with LoRA of rank 8, one layer of
# attention over a window of 9 frames, prompting at all layers, no interest
# tokens.
# Recipe: 200 steps of 8 keyframes, SGD, learning rate 1e-2 after 50 steps of
# warm-up; minutes on a laptop's CPU. Results: docs/zs_stage.md.
# python tools/train.py configs/zs_stage_single_split4.py
_base_ = 'zs_stage_single.py'

__split = dict(label_split='data/splits/zs_stage/single_split4.yaml')
train_dataloader = dict(dataset=__split)
test_dataloader = dict(dataset=__split)
