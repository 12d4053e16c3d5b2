# python tools/test.py configs/clip/zs_jhmdb_both_views_siglip2-b16.py
# SigLIP2 B/16 on each person's crop and the full frame together, nothing
# trained. Label split 1. The model siglip2-b16 of stclip infer.
_base_ = 'zs_jhmdb_both_views.py'

model = dict(clip=dict(arch='ViT-B-16-SigLIP2', pretrained='webli'))
