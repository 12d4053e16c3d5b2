# python tools/train.py configs/da_sti/dasti_vit-l14_16f_k400.py
# Paper, Table 3, with 4 clips x 3 crops: 87.5 top-1, 98.1 top-5.
# Tested with one view; 4 clips x 3 crops of each video, a batch by itself:
#     test_dataloader.dataset.views=4x3 test_dataloader.batch_size=1
_base_ = './dasti_vit-b16_16f_k400.py'

model = dict(clip=dict(arch='ViT-L-14-quickgelu'))
