# python tools/test.py configs/clip/zs_jhmdb_both_views_pe-core-b16.py
# PE-Core B/16 on each person's crop and the full frame together, nothing
# trained. Label split 1. The model pe-core-b16 of stclip infer.
_base_ = 'zs_jhmdb_both_views.py'

model = dict(clip=dict(arch='PE-Core-B-16', pretrained='meta'))
