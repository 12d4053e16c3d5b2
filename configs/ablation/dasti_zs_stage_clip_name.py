# ZS-Stage clips: CLIP on the mean of the frames and plain names, nothing
# trained.
_base_ = 'dasti_zs_stage_clip.py'

model = dict(num_attributes=0)
