"""OpenMixer: a detector of persons and actions on CLIP's patches."""
