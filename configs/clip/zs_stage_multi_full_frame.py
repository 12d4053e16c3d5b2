# python tools/test.py configs/clip/zs_stage_multi_full_frame.py
# CLIP on the full frame, nothing trained. Results: docs/zs_stage.md.
_base_ = [
    '../_base_/models/clip_tiny.py',
    '../_base_/datasets/zs_stage_multi.py',
    '../_base_/schedules/zs_stage.py',
    '../_base_/default_runtime.py',
]

# As in ../zs_stage_multi.py; it ranks nobody otherwise, but tells in training.
model = dict(head=dict(type='CosineHead', bias=-4.0))
