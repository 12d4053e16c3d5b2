# HMDB-51, 8 videos of each class. Paper: 67.9.
_base_ = './dasti_vit-b16_16f_few_shot_hmdb51_k2.py'

train_dataloader = dict(
    dataset=dict(
        times=9,
        dataset=dict(ann_file='data/hmdb51/annotations/few_shot/k8_seed0.txt'),
    )
)
