# Not in the paper: CLIP on the mean of the frames, class names alone. There
# is nothing to train.
_base_ = '../da_sti/dasti_vit-b16_16f_k400.py'

model = dict(
    num_attributes=0,
    temporal_layers=0,
    interaction=dict(spatial=False, temporal=False),
)
