# ZS-Stage clips: CLIP on the mean of the frames and attribute sentences,
# nothing trained.
_base_ = '../da_sti/dasti_zs_stage.py'

model = dict(
    temporal_layers=0, interaction=dict(spatial=False, temporal=False)
)
