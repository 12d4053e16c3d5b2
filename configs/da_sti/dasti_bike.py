# python tools/train.py configs/da_sti/dasti_bike.py
# As near to BIKE's temporal concept spotting as it gets: all 77 positions,
# words as CLIP gives them, frames without patches, no second normalisation.
_base_ = './dasti_vit-b16_16f_k400.py'

model = dict(
    word_mask='all',
    interaction=dict(spatial=False, query='raw', renormalise=False),
)
