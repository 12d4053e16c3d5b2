"""The annotated persons of a config's test set."""

from mmengine.config import Config

from stclip.datasets import KeyframeDataset
from stclip.engine.pictures import fit_steps
from stclip.registry import DATASETS


def annotated_keyframes(cfg: Config) -> KeyframeDataset:
    """The keyframes of a test set that have annotated persons.

    Args:
        cfg: Of a detector.
    """
    wanted = cfg.test_dataloader.dataset.to_dict()
    wanted.pop('det_file', None)
    fit_steps(wanted['pipeline'], cfg.model)
    return DATASETS.build(dict(wanted, box_sources=['ground_truth']))
