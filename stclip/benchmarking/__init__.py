"""Tables of accuracy, speed as ratios, and what of both has to be trained."""
