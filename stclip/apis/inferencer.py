"""Inferencer of actions in any video, for labels in plain words."""

import copy
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.logging import print_log
from mmengine.registry import DefaultScope

from stclip.apis.action_models import ActionModel
from stclip.apis.keyframe_stream import KeyframeStream
from stclip.apis.loading import (
    build_model,
    choose_device,
    load_config,
    model_class,
    pipeline_of,
)
from stclip.apis.model_index import is_indexed
from stclip.apis.person_detectors import (
    Detector,
    default_detector,
    person_detector,
)
from stclip.apis.person_finder import (
    FoundPersons,
    PersonFinder,
    require_followed,
)
from stclip.apis.stored_boxes import StoredBoxes
from stclip.datasets.transforms import DescribeLabels, LoadKeyframe
from stclip.engine.caveats import (
    Caveat,
    demo_weights,
    single_label,
    untrained,
    wrong_normalisation,
)
from stclip.engine.demo_weights import knows_rendered_only
from stclip.engine.pictures import fit_steps
from stclip.labels.label_question import (
    label_question,
    without_default_background,
)
from stclip.labels.label_space import LabelSpace
from stclip.models.detection.base import KeyframeDetector
from stclip.registry import TRANSFORMS
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions
from stclip.structures.box_table import PersonBoxes
from stclip.structures.keyframe import Keyframe
from stclip.structures.keyframe_sample import keyframe_sample, with_labels
from stclip.tracking.following import SHOWN_PROB, with_segments
from stclip.tracking.person_tracker import PersonTracker
from stclip.utils.errors import UserError
from stclip.video.frame_source import FrameSource
from stclip.video.rendered import ZS_STAGE

#: Names, names with their phrasings, or all that is known of labels.
Labels = Sequence[str] | Mapping[str, Sequence[str] | str] | LabelSpace

_SCOPE = 'stclip'


class ActionInferencer:
    """A person detector and an action detector, ready for any video.

    Args:
        config: Name of a model in the index (``clip-b16``), or config of an
            action detector (a ``KeyframeDetector``: STCLIP,
            CLIPBaseline or any recogniser as a RegionRecognizer). Its
            ``test_dataloader`` gives the window and the preprocessing: a
            pipeline whose first step is ``LoadKeyframe``.
        checkpoint: File that training saved. Without one the model keeps
            CLIP's weights, and all else in it is untrained, as every result
            says.
        device: Where both detectors run; ``None`` for a GPU if there is one.
        detector: Finds the persons: called with a list of (H, W, 3) uint8
            RGB frames, it returns :class:`PersonBoxes` for each. Or what
            :func:`~stclip.apis.person_detectors.person_detector` knows by
            name or file. ``None`` for the one that goes with the model.
        batch_size: Keyframes per forward pass.
        box_threshold: Persons with a lower box score are left out.
        max_persons: Most persons of a keyframe, the best ones.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If the config is none of an action detector, or the
            checkpoint cannot be read or does not fit it.
    """

    def __init__(
        self,
        config: str | Path | Config,
        checkpoint: str | Path | None = None,
        device: str | None = None,
        detector: Detector | StoredBoxes | str | Path | None = None,
        batch_size: int = 8,
        box_threshold: float = 0.5,
        max_persons: int = 30,
    ) -> None:
        if isinstance(config, str) and is_indexed(config):
            chosen = ActionModel.of(config)
            config, checkpoint = chosen.config, checkpoint or chosen.checkpoint
            detector = detector or chosen.detector
        cfg = load_config(config)
        device = choose_device(device)
        model_class(cfg, KeyframeDetector)  # refuses others at once
        self.batch_size = batch_size
        self.box_threshold = box_threshold
        self.max_persons = max_persons
        # Persons are looked for on the picture that the first step loads.
        pipeline = copy.deepcopy(pipeline_of(cfg))
        fit_steps(pipeline, cfg.model)
        self.loader, *steps = _build_steps(pipeline)
        self.describers = [s for s in steps if isinstance(s, DescribeLabels)]
        self.steps = [s for s in steps if not isinstance(s, DescribeLabels)]
        model = build_model(cfg, KeyframeDetector, checkpoint)
        self.model = model.to(device).eval()
        if detector is None or isinstance(detector, str | Path):
            name = detector or default_detector(cfg.model)
            detector = person_detector(name, device=device)
        self.detector = detector
        self._caveats = wrong_normalisation(cfg.model)
        if checkpoint is None:
            self._caveats += untrained(model)
        self._told = {caveat.message for caveat in self._caveats}

    def __call__(
        self,
        video: str | Path,
        labels: Labels,
        stride: int = 8,
        on_frame: Callable[[int], None] | None = None,
        fps: float | None = None,
        track: bool = True,
        detect_every: int = 1,
        smooth: float | None = None,
        threshold: float = SHOWN_PROB,
    ) -> VideoActions:
        """Find the actions in a video.

        Args:
            video: See :meth:`stream`.
            labels: Likewise.
            stride: Likewise.
            on_frame: Called with the number of frames dealt with so far.
            fps: See :meth:`stream`.
            track: Likewise.
            detect_every: Likewise.
            smooth: Seconds over which a person's probabilities are averaged;
                see :func:`~stclip.tracking.following.with_segments`.
            threshold: Probability from which on a segment begins; see
                :func:`~stclip.tracking.segments.find_segments`.

        Returns:
            Boxes and probabilities of every keyframe, in memory, and what
            each person does from when to when.

        Raises:
            MissingFileError: See :meth:`stream`.
            UserError: Likewise.
        """
        stream = self.stream(
            video,
            labels,
            stride,
            fps=fps,
            track=track,
            detect_every=detect_every,
        )
        frames: list[KeyframeActions] = []
        for keyframe in stream:
            frames.append(keyframe)
            if on_frame:
                on_frame(stream.source.count(keyframe.frame_idx + stride))
        result = stream.result(tuple(frames))
        return with_segments(result, smooth, threshold)

    def stream(
        self,
        video: str | Path,
        labels: Labels,
        stride: int = 8,
        start: int = 0,
        fps: float | None = None,
        track: bool = True,
        detect_every: int = 1,
        before: Iterable[KeyframeActions] = (),
    ) -> KeyframeStream:
        """Find the actions in a video, one keyframe after the other.

        Memory does not grow with the length of the video, but for the time
        stamps of its frames.

        Args:
            video: Video file or folder of frames.
            labels: Action names, which exclude each other (each person's
                probabilities add up to 1), or names with the phrasings that
                are read for each; of them is added what the files of the
                config's pipeline know. Or a label space, as
                :func:`~stclip.labels.label_question.label_question` makes it,
                which is taken as it is.
            stride: Every how many frames there is a keyframe.
            start: Number of the first keyframe that is looked at.
            fps: Frames a second of a folder, if known; a file tells its own.
            track: Whether persons get ids, the same along the video.
            detect_every: Every how many keyframes persons are looked for;
                between these, the boxes go on as they moved.
            before: The keyframes before ``start``, found earlier, whose
                persons keep their ids.

        Returns:
            Boxes and probabilities of every keyframe, to be gone through;
            a batch is computed when its first keyframe is asked for.

        Raises:
            MissingFileError: If there is no such video.
            UserError: If it cannot be decoded, there are no labels, the
                model lacks what it has to know of one (STDD: its knowledge
                graph), the stride is not positive, or nobody is followed to
                where nobody is looked for.
        """
        if stride < 1:
            raise UserError(f'stride must be positive, got {stride}')
        require_followed(track, detect_every)
        if not isinstance(labels, LabelSpace):
            labels = self.describe(label_question(labels))
        elif not self.model.reads_names:
            # Words of ours, of which such a model knows nothing.
            labels = without_default_background(labels)
        answers = labels.answers
        # Nothing is kept from call to call: a file may have changed.
        loader = copy.deepcopy(self.loader)
        loader.videos.on_damage = None  # told with the result, all of it
        source = loader.videos.open(video, fps)
        caveats = self._caveats_of(video, labels)
        # Encoded here and kept, so that what is wrong with the labels is said
        # before anything is looked at.
        with torch.inference_mode():
            self.model.encode_labels(labels)
        blank = with_labels(_blank_sample(video), labels, fps)
        keyframes = _keyframes(loader, source, blank, stride, start)
        tracker = PersonTracker(source.fps, stride, detect_every)
        finder = PersonFinder(
            self._detect,
            self.box_threshold,
            self.max_persons,
            tracker if track else None,
            detect_every,
        )
        finder.replay(before)
        return KeyframeStream(
            source=source,
            labels=answers,
            keyframes=self._found(
                loader, source, keyframes, stride, labels, finder
            ),
            frame_hw=source.read([0]).shape[1:3],
            background=labels.behind,
            warnings=(
                *(caveat.message for caveat in caveats),
                *self.model.label_warnings(labels),
            ),
            banners=tuple(caveat.banner for caveat in caveats),
        )

    def _found(
        self,
        loader: LoadKeyframe,
        source: FrameSource,
        keyframes: Iterator[dict[str, Any]],
        stride: int,
        labels: LabelSpace,
        finder: PersonFinder,
    ) -> Iterator[KeyframeActions]:
        """Look at batch after batch to the end of the video."""
        while batch := list(islice(keyframes, self.batch_size)):
            following = batch[-1]['frame_idx'] + stride
            times = [source.time_of(sample['frame_idx']) for sample in batch]
            yield from self._classify(batch, finder(batch, times), labels)
            # No window will reach back further.
            loader.forget(source, following - loader.reach)

    def _caveats_of(
        self, video: str | Path, labels: LabelSpace
    ) -> list[Caveat]:
        """What a result cannot be trusted for; each is said once."""
        parts = ['small CLIP'] if knows_rendered_only(self.model) else []
        # A detector of the user's own may be any function.
        if getattr(self.detector, 'domain', '') == ZS_STAGE:
            parts.append('small person detector')
        caveats = [
            *self._caveats,
            *demo_weights(parts, video),
            *single_label(labels),
        ]
        for caveat in caveats:
            if caveat.message not in self._told:
                self._told.add(caveat.message)
                print_log(caveat.message, 'current', logging.WARNING)
        return caveats

    def describe(self, labels: LabelSpace) -> LabelSpace:
        """Add what the files of the config's pipeline know of labels.

        Args:
            labels: Of whose names nothing else is known.
        """
        if not self.model.reads_names:
            # Words of ours, of which such a model knows nothing.
            labels = without_default_background(labels)
        for step in self.describers:
            labels = step(dict(label_space=labels))['label_space']
        return labels

    @torch.inference_mode()
    def _classify(
        self,
        batch: Sequence[dict[str, Any]],
        persons: Sequence[FoundPersons],
        labels: LabelSpace,
    ) -> list[KeyframeActions]:
        """Actions of the persons of a few loaded keyframes of a video."""
        packed = []
        for sample, found in zip(batch, persons, strict=True):
            sample.update(
                boxes=found.boxes_xyxy,
                box_scores=found.box_scores,
                img_shape=sample['image'].shape[:2],
            )
            for step in self.steps:
                sample = step(sample)
            packed.append(sample)
        results = self.model.test_step(pseudo_collate(packed))
        return [
            found.with_actions(result, labels)
            for result, found in zip(results, persons, strict=True)
        ]

    def _detect(
        self, batch: Sequence[dict[str, Any]]
    ) -> Sequence[PersonBoxes]:
        """The persons of a few loaded keyframes."""
        if isinstance(self.detector, StoredBoxes):
            return self.detector.at([sample['frame_idx'] for sample in batch])
        return self.detector([sample['image'] for sample in batch])


def _build_steps(pipeline: Sequence[dict[str, Any]]) -> list[Any]:
    """The steps of a pipeline that starts with a keyframe in its video."""
    with DefaultScope.overwrite_default_scope(_SCOPE):
        steps = [TRANSFORMS.build(step) for step in pipeline]
    if not isinstance(steps[0], LoadKeyframe):
        raise UserError(
            'the test pipeline of an action detector must start with '
            f'LoadKeyframe, got {pipeline[0]["type"]}'
        )
    return steps


def _blank_sample(video: str | Path) -> dict[str, Any]:
    """What a data set would know of a video's first frame, unannotated."""
    keyframe = Keyframe(
        image_id=0,
        video=Path(video).stem,
        timestamp=0,
        boxes=np.zeros((0, 4), np.float32),
        labels=np.zeros((0, 0), bool),
        frame_idx=0,
    )
    return keyframe_sample(keyframe, video, PersonBoxes.none())


def _keyframes(
    loader: LoadKeyframe,
    source: FrameSource,
    blank: dict[str, Any],
    stride: int,
    start: int,
) -> Iterator[dict[str, Any]]:
    """Load keyframe after keyframe to the end of the video."""
    frame_idx = start
    while True:
        # Where the video ends is only known by going there: keep what the
        # window may want, or it would be decoded again.
        window = range(max(0, frame_idx - loader.reach), frame_idx + 1)
        if source.count(frame_idx + 1, window) <= frame_idx:
            return
        keys = ('image_id', 'timestamp', 'frame_idx')
        yield loader(blank | dict.fromkeys(keys, frame_idx))
        frame_idx += stride
