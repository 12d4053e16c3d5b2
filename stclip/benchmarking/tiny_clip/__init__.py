"""The pre-training of ZS-Stage's tiny CLIP."""
