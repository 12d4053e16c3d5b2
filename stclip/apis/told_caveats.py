"""What results of an inferencer cannot be trusted for."""

import logging
from collections.abc import Iterable
from pathlib import Path

import torch
from mmengine.logging import print_log

from stclip.engine.caveats import Caveat, demo_weights, single_label
from stclip.engine.demo_weights import knows_rendered_only
from stclip.labels.label_space import LabelSpace
from stclip.video.rendered import ZS_STAGE


class ToldCaveats:
    """Caveats of a model and of what it is asked; each is said once.

    Args:
        model: What looks at the persons.
        always: What holds for all results, and was said.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        always: Iterable[Caveat],
    ) -> None:
        self._always = tuple(always)
        self._told = {caveat.message for caveat in self._always}
        self._is_small = knows_rendered_only(model)

    def of(
        self, video: str | Path, labels: LabelSpace, detector: object
    ) -> list[Caveat]:
        """Those of a result.

        Args:
            video: What is looked at.
            labels: What is asked.
            detector: What finds the persons.
        """
        parts = ['small CLIP'] if self._is_small else []
        # A detector of the user's own may be any function.
        if getattr(detector, 'domain', '') == ZS_STAGE:
            parts.append('small person detector')
        caveats = [
            *self._always,
            *demo_weights(parts, video),
            *single_label(labels),
        ]
        for caveat in caveats:
            if caveat.message not in self._told:
                self._told.add(caveat.message)
                print_log(caveat.message, 'current', logging.WARNING)
        return caveats
