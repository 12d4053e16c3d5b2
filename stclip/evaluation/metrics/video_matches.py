"""A list of videos under the classes that a model takes them for."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from stclip.evaluation.metrics.samples import as_array
from stclip.registry import METRICS
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write


@METRICS.register_module()
class VideoMatches(BaseMetric):
    """Writes the videos whose class is surest, to be trained on.

    Source: MAXI, arXiv:2303.08914, Sec. 3.1: the zero-shot CLIP matches videos
    without labels with a dictionary of actions. What the data set says of
    them is not looked at.

    Args:
        out: Where the list goes, lines ``<path> <class>`` as
            ``ListedVideoDataset`` reads them.
        video_root: Folder that the paths are relative to.
        keep: Share of the videos that stay, the surest.
        collect_device: Where the processes of a distributed run exchange
            results, ``'cpu'`` or ``'gpu'``.
        prefix: Put in front of the metrics' names.

    Raises:
        UserError: If the list is there already, or for another share.
    """

    default_prefix = 'matches'

    def __init__(
        self,
        out: str,
        video_root: str,
        keep: float = 0.9,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        if Path(out).exists():
            raise UserError(f'{out} is there already: move it, or change out')
        if not 0 < keep <= 1:
            raise UserError(f'keep must be above 0 and up to 1, got {keep}')
        self.out, self.video_root, self.keep = out, Path(video_root), keep

    def process(
        self, data_batch: Any, data_samples: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep each video's best class and its probability.

        Args:
            data_batch: Not used.
            data_samples: Predicted samples as mappings, with ``pred_score``
                (C,) and ``filename``.

        Raises:
            UserError: For a video that is not below ``video_root``.
        """
        for sample in data_samples:
            video, scores = Path(sample['filename']), sample['pred_score']
            if not video.is_relative_to(self.video_root):
                raise UserError(
                    f'{video} is not below {self.video_root} (video_root)'
                )
            scores = as_array(scores)
            path = video.relative_to(self.video_root).as_posix()
            best = int(scores.argmax())
            self.results.append((path, best, float(scores[best])))

    def compute_metrics(
        self, results: list[tuple[str, int, float]]
    ) -> dict[str, float]:
        """Write the list.

        Args:
            results: What :meth:`process` kept, of all processes.

        Returns:
            ``videos`` in the list and the lowest ``probability`` of one.
        """
        number = math.ceil(self.keep * len(results))
        order = sorted(range(len(results)), key=lambda i: -results[i][2])
        # In the order of the data set again.
        kept = [results[index] for index in sorted(order[:number])]
        with atomic_write(self.out) as file:
            file.writelines(f'{path} {best}\n' for path, best, _ in kept)
        MMLogger.get_current_instance().info(
            f'{self.out}: {number} of {len(results)} videos'
        )
        lowest = min((sure for _, _, sure in kept), default=math.nan)
        return dict(videos=number, probability=lowest)
