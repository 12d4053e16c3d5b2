# UCF-101, 8 videos of each class. Paper: 97.4.
_base_ = './dasti_vit-b16_16f_few_shot_ucf101_k2.py'

train_dataloader = dict(
    dataset=dict(
        times=12,
        dataset=dict(ann_file='data/ucf101/annotations/few_shot/k8_seed0.txt'),
    )
)
