"""What every training and test imports, see ``forks.py``."""

import torch  # noqa: F401

import stclip.datasets
import stclip.engine.launch
import stclip.evaluation
import stclip.models  # noqa: F401
