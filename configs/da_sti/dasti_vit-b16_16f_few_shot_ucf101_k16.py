# UCF-101, 16 videos of each class. Paper: 97.5.
_base_ = './dasti_vit-b16_16f_few_shot_ucf101_k2.py'

train_dataloader = dict(
    dataset=dict(
        times=6,
        dataset=dict(
            ann_file='data/ucf101/annotations/few_shot/k16_seed0.txt'
        ),
    )
)
