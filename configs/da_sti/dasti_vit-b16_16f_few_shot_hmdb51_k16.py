# HMDB-51, 16 videos of each class. Paper: 71.2.
_base_ = './dasti_vit-b16_16f_few_shot_hmdb51_k2.py'

train_dataloader = dict(
    dataset=dict(
        times=4,
        dataset=dict(
            ann_file='data/hmdb51/annotations/few_shot/k16_seed0.txt'
        ),
    )
)
