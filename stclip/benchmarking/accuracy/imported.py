"""What every training and test imports, see ``forks.py``."""

import gc

import torch  # noqa: F401

import stclip.datasets
import stclip.engine.launch
import stclip.evaluation
import stclip.models  # noqa: F401

# MMEngine calls the collector for every data set; in a fork it would look at,
# and so copy, all that was imported.
gc.collect()
gc.freeze()
