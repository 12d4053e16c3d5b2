# python tools/train.py \
#     configs/da_sti/dasti_vit-b16_16f_few_shot_ucf101_k2.py \
#     --cfg-options load_from=work_dirs/dasti_vit-b16_16f_k400/epoch_30.pth
# Starts from CLIP without load_from. Paper: 91.7.
_base_ = [
    '../_base_/models/dasti_vit-b16.py',
    '../_base_/datasets/ucf101_few_shot.py',
    '../_base_/schedules/dasti_few_shot_50e.py',
    '../_base_/epoch_runtime.py',
]
