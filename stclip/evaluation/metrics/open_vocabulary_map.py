"""OVAD's figures of a test run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging import MMLogger

from stclip.evaluation.frame_results import FrameResults
from stclip.evaluation.functional.open_vocabulary import (
    MEASURES,
    SCORED,
    OpenVocabularyRun,
)
from stclip.evaluation.functional.tube_matches import (
    ScoredVideo,
    sampled_truth,
)
from stclip.evaluation.metrics.keyframe_metric import KeyframeMetric
from stclip.evaluation.ovad_file import write_open_vocabulary
from stclip.evaluation.ovad_report import format_ovad, ovad_values
from stclip.evaluation.video_results import frame_index
from stclip.registry import METRICS
from stclip.structures.tube_file import read_tubes
from stclip.structures.tubes import Tube
from stclip.utils.errors import UserError

# The least probability whose logarithm is taken.
_TINY = np.finfo(np.float32).tiny


@METRICS.register_module()
class OpenVocabularyMAP(KeyframeMetric):
    """OpenMixer's protocol on every source of person boxes.

    For data sets in which every frame of a test video is a keyframe and shows
    one action. The labels of the samples are the vocabulary (``score_all`` of
    the data set), the evaluated ones (the label split's ``test``) are novel,
    the others base. Scores are class probabilities, renormalised over those
    that compete, without the box scores.

    Prints AP per class and the means over base, novel and all; writes
    ``ovad_<source>.json`` beside the log, which ``stclip eval ovad`` reads.
    Metrics are fractions: ``<source>/<scored>/<part>/<measure>_mAP@<iou>``,
    where ``<scored>`` is ``own_part`` or ``all_classes``, ``<part>`` ``base``,
    ``novel`` or ``mean`` and ``<measure>`` ``video_released``, ``video`` or
    ``frame``.

    Source: OpenMixer, WACV 2025.

    Args:
        tube_file: Annotated tubes, as tools/data/prepare.py writes them.
        iou_thr: Least IoU of tubes and boxes: 0.5 for J-HMDB, 0.2 for
            UCF101-24.
        frame_step: Every how many annotated frames a tube is evaluated: 1 for
            J-HMDB, 5 for UCF101-24.
        **kwargs: Of ``KeyframeMetric``: ``eval_classes``,
            ``collect_device``, ``prefix``.

    Raises:
        FileNotFoundError: When built, if the file is missing.
        ValueError: If it is faulty.
    """

    needs_probs = True

    def __init__(
        self,
        tube_file: str,
        iou_thr: float = 0.5,
        frame_step: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.tube_file = tube_file
        self.iou_thr = iou_thr
        self.frame_step = frame_step
        self.annotated: dict[str, list[Tube]] = {}
        for tube in read_tubes(tube_file):
            self.annotated.setdefault(tube.video, []).append(tube)

    def compute_metrics(self, results: list[dict[str, Any]]) -> dict:
        """Link, evaluate, print and write.

        Args:
            results: What ``process`` kept, of all processes.

        Returns:
            The metrics.

        Raises:
            ValueError: If no action is base, or a video has no tube or tubes
                of several actions.
        """
        metrics: dict[str, float] = {}
        logger = MMLogger.get_current_instance()
        for source, frames in self.by_source(results):
            run = self._run(frames)
            values = ovad_values(run, source)
            logger.info(f'OVAD\n{format_ovad(run, values)}')
            if logger.log_file is not None:
                path = Path(logger.log_file).parent / f'ovad_{source}.json'
                write_open_vocabulary(path, run, source)
            for scored in SCORED:
                for measure in MEASURES:
                    found = values[scored][f'{measure}_ap']
                    name = f'{measure}_mAP@{self.iou_thr:g}'
                    for part in ('base', 'novel', 'mean'):
                        percent = found[part]
                        metrics[f'{source}/{scored}/{part}/{name}'] = (
                            float('nan') if percent is None else percent / 100
                        )
        return metrics

    def _run(self, frames: FrameResults) -> OpenVocabularyRun:
        novel = set(frames.eval_labels)
        base = tuple(name for name in frames.labels if name not in novel)
        if not base:
            raise UserError(
                'OpenVocabularyMAP compares base and novel actions, but all '
                f'{len(novel)} labels are those of test: set score_all=True '
                'in the dataset of test_dataloader'
            )
        videos = []
        for movie, at, rows in _by_video(frames):
            annotated = self._tubes_of(movie)
            wanted, _ = sampled_truth(annotated, self.frame_step)
            wanted = np.isin(at, wanted)
            videos.append(_scored(frames, at[wanted], rows[wanted], annotated))
        return OpenVocabularyRun(
            frames.labels, base, videos, self.iou_thr, self.frame_step
        )

    def _tubes_of(self, movie: str) -> Sequence[Tube]:
        annotated = self.annotated.get(movie)
        if not annotated:
            raise UserError(f'{self.tube_file} has no tube of {movie!r}')
        actions = sorted({tube.action for tube in annotated})
        if len(actions) > 1:
            raise UserError(
                f'{self.tube_file}: {movie!r} shows {actions}, but OVAD is '
                'for videos of one action'
            )
        return annotated


def _by_video(
    frames: FrameResults,
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Boxes by video, the first of the keyframes first, in order of time.

    Yields:
        Name of the video; (n,) frame index of each of its boxes, ascending;
        (n,) rows of the boxes.
    """
    index = np.array([frame_index(stamp) for stamp in frames.timestamps])
    movies = {movie: n for n, movie in enumerate(dict.fromkeys(frames.movies))}
    movie = np.array([movies[name] for name in frames.movies])
    keyframes = frames.detections.keyframe_idx
    order = np.lexsort((index[keyframes], movie[keyframes]))
    counts = np.bincount(movie[keyframes], minlength=len(movies))
    parts = np.split(order, np.cumsum(counts)[:-1])
    for name, rows in zip(movies, parts, strict=True):
        yield name, index[keyframes[rows]], rows


def _scored(
    frames: FrameResults,
    at: np.ndarray,
    rows: np.ndarray,
    annotated: Sequence[Tube],
) -> ScoredVideo:
    """The boxes of one video.

    Args:
        frames: All of a run.
        at: (n,) frame index of each box of the video, ascending.
        rows: (n,) these boxes.
        annotated: Tubes of the video.
    """
    probs = frames.action_probs[rows].astype(np.float64)
    return ScoredVideo(
        annotated[0].video,
        annotated[0].action,
        annotated,
        at,
        frames.detections.boxes[rows],
        np.log(np.maximum(probs, _TINY)),
    )
