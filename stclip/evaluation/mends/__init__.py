"""Faults of predictions as what undoes them: each is tried, not guessed."""
