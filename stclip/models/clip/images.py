"""Normalisation of CLIP's pictures."""

#: CLIP's mean and standard deviation per channel (RGB), on the scale 0-255.
CLIP_MEAN = (122.7709, 116.7460, 104.0937)
CLIP_STD = (68.5005, 66.6322, 70.3232)
