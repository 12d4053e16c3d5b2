"""Tables of accuracy: models trained and tested, over seeds and splits."""
