"""Action names: what a model is asked to tell apart."""
