# UCF-101, 4 videos of each class. Paper: 95.0.
_base_ = './dasti_vit-b16_16f_few_shot_ucf101_k2.py'

train_dataloader = dict(
    dataset=dict(
        times=24,
        dataset=dict(ann_file='data/ucf101/annotations/few_shot/k4_seed0.txt'),
    )
)
