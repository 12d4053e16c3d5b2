# K videos of each class to train on, by train_dataloader.dataset.shots=K (2,
# 4, 8 or 16), drawn with seed 0 from those of split 1 by
# tools/data/make_video_lists.py; tested on split 1. An epoch takes each once.
_base_ = './training_videos.py'

train_dataloader = dict(
    dataset=dict(ann_file='annotations/few_shot/k{shots}_seed0.txt', shots=2)
)
