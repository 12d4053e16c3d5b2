"""Inferencer of actions in any video, for labels in plain words."""

import copy
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from stclip.apis.action_models import ActionModel
from stclip.apis.batch_size import AUTO, first_size, in_pieces, most_for
from stclip.apis.keyframe_samples import (
    KeyframeBatches,
    ahead,
    keyframe_batches,
    keyframe_samples,
    with_persons,
)
from stclip.apis.keyframe_stream import KeyframeStream
from stclip.apis.loading import (
    build_model,
    build_steps,
    choose_device,
    load_config,
    model_class,
    pipeline_of,
    without_surroundings,
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
from stclip.apis.result_caveats import ResultCaveats
from stclip.apis.stored_boxes import StoredBoxes
from stclip.apis.video_results import VideoResults
from stclip.datasets.transforms import (
    CropTracklets,
    CropTubes,
    DescribeLabels,
    LoadKeyframe,
)
from stclip.engine.pictures import fit_steps
from stclip.engine.precision import autocast, mixed
from stclip.labels.label_question import (
    label_question,
    without_default_background,
)
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.lora import merge_lora
from stclip.models.detection.base import KeyframeDetector
from stclip.results.keyframe_actions import KeyframeActions
from stclip.results.video_actions import VideoActions
from stclip.structures.box_table import PersonBoxes
from stclip.tracking.following import SHOWN_PROB, with_segments
from stclip.tracking.person_tracker import PersonTracker
from stclip.video.frame_source import FrameSource
from stclip.video.keyframe_walk import KeyframeWalk
from stclip.video.sources import Source, many_videos, open_source

#: Names, names with their phrasings, or all that is known of labels.
Labels = Sequence[str] | Mapping[str, Sequence[str] | str] | LabelSpace


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
            RGB frames, it returns :class:`.PersonBoxes` for each. Or what
            :func:`~stclip.apis.person_detectors.person_detector` knows by
            name or file. ``None`` for the one that goes with the model.
        batch_size: Keyframes per forward pass; ``'auto'`` for as many as
            the memory of a GPU holds, 8 on a CPU.
        box_threshold: Persons with a lower box score are left out.
        max_persons: Most persons of a keyframe, the best ones.
        amp: Whether actions are scored in mixed precision: bfloat16, several
            times as fast where the device computes in it.

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
        batch_size: int | str = AUTO,
        box_threshold: float = 0.5,
        max_persons: int = 30,
        amp: bool = False,
    ) -> None:
        if isinstance(config, str) and is_indexed(config):
            chosen = ActionModel.of(config)
            config, checkpoint = chosen.config, checkpoint or chosen.checkpoint
            detector = detector or chosen.detector
        cfg = load_config(config)
        device = choose_device(device)
        model_class(cfg, KeyframeDetector)  # refuses others at once
        self.is_adaptive = batch_size == AUTO
        self.batch_size = (
            first_size(device) if self.is_adaptive else batch_size
        )
        self.box_threshold = box_threshold
        self.max_persons = max_persons
        self.amp, self.device = mixed(device, amp), torch.device(device)
        # Persons are looked for on the picture that the first step loads.
        pipeline = without_surroundings(copy.deepcopy(pipeline_of(cfg)))
        fit_steps(pipeline, cfg.model)
        self.loader, *steps = build_steps(pipeline)
        self.describers = [s for s in steps if isinstance(s, DescribeLabels)]
        self.steps = [s for s in steps if not isinstance(s, DescribeLabels)]
        # First, since it may be a file of the user's that is faulty.
        if detector is None or isinstance(detector, str | Path):
            name = detector or default_detector(cfg.model)
            detector = person_detector(name, device=device)
        self.detector = detector
        model = build_model(cfg, KeyframeDetector, checkpoint)
        self.model = model.to(device).eval()
        if not model.reads_window:
            self.loader.num_frames = 1
        self._caveats = ResultCaveats(
            model, cfg.model, is_trained=checkpoint is not None
        )
        merge_lora(model)  # it is not trained any more

    def __call__(
        self,
        source: Source,
        labels: Labels,
        stride: int | str = 8,
        on_frame: Callable[[int], None] | None = None,
        smooth: float | None = None,
        threshold: float = SHOWN_PROB,
        **options: Any,
    ) -> VideoActions | VideoResults:
        """Find the actions in a video, or in many.

        Args:
            source: See :meth:`stream`; or a list of such, a folder or a
                pattern (``'day1/*.mp4'``).
            labels: See :meth:`stream`.
            stride: Likewise.
            on_frame: Called with the number of frames dealt with so far.
            smooth: Seconds over which a person's probabilities are averaged;
                see :func:`~stclip.tracking.following.with_segments`.
            threshold: Probability from which on a segment begins; see
                :func:`~stclip.tracking.segments.find_segments`.
            **options: See :meth:`stream`: ``fps``, ``start_sec``,
                ``end_sec``, ``track``, ``detect_every``.

        Returns:
            Boxes and probabilities of every keyframe, in memory, and what
            each person does from when to when. Of many videos the results
            one after the other, each found when it is asked for.

        Raises:
            MissingFileError: See :meth:`stream`.
            UserError: Likewise; one of many videos is left out instead.
        """

        def look(video: Source) -> VideoActions:
            stream = self.stream(video, labels, stride, **options)
            frames: list[KeyframeActions] = []
            for keyframe in stream.until_interrupted():
                if on_frame and frames:
                    on_frame(keyframe.frame_idx)
                frames.append(keyframe)
            result = stream.result(tuple(frames))
            if on_frame and frames:
                on_frame(result.num_frames)
            return with_segments(result, smooth, threshold)

        videos = many_videos(source)
        if videos is None:
            return look(source)
        # What is wrong with the question is no fault of a video.
        labels = self.question(labels)
        KeyframeWalk(stride, options.get('start_sec'), options.get('end_sec'))
        return VideoResults(videos, look)

    def stream(
        self,
        video: Source,
        labels: Labels,
        stride: int | str = 8,
        skip: int = 0,
        fps: float | None = None,
        start_sec: float | None = None,
        end_sec: float | None = None,
        track: bool = True,
        detect_every: int = 1,
        before: Iterable[KeyframeActions] = (),
    ) -> KeyframeStream:
        """Find the actions in a video, one keyframe after the other.

        Memory does not grow with the length of the video, but for the time
        stamps of its frames.

        Args:
            video: Video file, folder of frames, address of a file (http,
                https), number of a camera, address of a live stream (rtsp,
                http and others), array or tensor of frames, or a
                :class:`~stclip.video.frame_source.FrameSource`.
            labels: Action names, which exclude each other (each person's
                probabilities add up to 1), or names with the phrasings that
                are read for each; of them is added what the files of the
                config's pipeline know. Or a label space, as
                :func:`~stclip.labels.label_question.label_question` makes it,
                which is taken as it is.
            stride: Every how many frames there is a keyframe, or seconds,
                as ``'0.5s'``.
            skip: Keyframes that were looked at before, the first ones.
            fps: Frames a second of a folder or an array, if known; a file
                tells its own.
            start_sec: Time of the first keyframe, from the first frame on.
            end_sec: Time after which nothing is looked at; of a live source
                from now on.
            track: Whether persons get ids, the same along the video.
            detect_every: Every how many keyframes persons are looked for;
                between these, the boxes go on as they moved.
            before: The keyframes that are skipped, found earlier, whose
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
        walk = KeyframeWalk(stride, start_sec, end_sec)
        require_followed(track, detect_every)
        labels = self.question(labels)
        # Nothing is kept from call to call: a file may have changed.
        loader = copy.deepcopy(self.loader)
        loader.videos.on_damage = None  # told with the result, all of it
        source = open_source(video, loader.videos, fps, loader.reach + 1)
        parts = self.model, self.detector
        looked = walk, detect_every, self.box_threshold
        caveats = self._caveats.of(source, labels, *parts, *looked)
        frame_hw = source.frame_hw  # before others are read
        numbers = walk.numbers(source, loader.reach, skip)
        samples = keyframe_samples(loader, source.path, labels, numbers)
        step = walk.step(source)
        finder = PersonFinder(
            self._detect,
            self.box_threshold,
            self.max_persons,
            PersonTracker(source.fps, step, detect_every) if track else None,
            detect_every,
        )
        finder.replay(before)
        batches = self._batches(loader, source, samples)
        return KeyframeStream(
            source=source,
            walk=walk,
            start_frame=walk.first(source),
            labels=labels.answers,
            keyframes=self._found(batches, labels, finder),
            frame_hw=frame_hw,
            background=labels.behind,
            warnings=(
                *(caveat.message for caveat in caveats),
                *self.model.label_warnings(labels),
            ),
            banners=tuple(caveat.banner for caveat in caveats),
        )

    def _found(
        self,
        batches: KeyframeBatches,
        labels: LabelSpace,
        finder: PersonFinder,
    ) -> Generator[KeyframeActions, None, None]:
        """Look at batch after batch to the end of the video."""
        with closing(batches):
            for batch, times in batches:
                yield from self._classify(batch, finder(batch, times), labels)

    def _batches(
        self,
        loader: LoadKeyframe,
        source: FrameSource,
        samples: Iterable[dict[str, Any]],
    ) -> KeyframeBatches:
        """Load the keyframes, ahead of the look where that may be."""
        most = most_for(source, self.batch_size, self.is_adaptive)
        batches = keyframe_batches(
            loader, source, samples, lambda: min(most, self.batch_size)
        )
        # One by one, as large or live ones come, none is loaded too early;
        # and a source has one reader at a time.
        readers = CropTracklets | CropTubes
        if most == 1 or any(isinstance(s, readers) for s in self.steps):
            return batches
        return ahead(batches)

    def question(self, labels: Labels) -> LabelSpace:
        """All that is known of labels; encoded here, and that kept.

        So what is wrong with them is said before anything is looked at.

        Args:
            labels: See :meth:`stream`.
        """
        if not isinstance(labels, LabelSpace):
            labels = self.describe(label_question(labels))
        labels = self._known(labels)
        with torch.inference_mode():
            self.model.encode_labels(labels)
        return labels

    def describe(self, labels: LabelSpace) -> LabelSpace:
        """Add what the files of the config's pipeline know of labels.

        Args:
            labels: Of whose names nothing else is known.
        """
        labels = self._known(labels)
        for step in self.describers:
            labels = step(dict(label_space=labels))['label_space']
        return labels

    def _known(self, labels: LabelSpace) -> LabelSpace:
        """Labels without words of ours, if the model cannot read them."""
        if self.model.reads_names:
            return labels
        return without_default_background(labels)

    @torch.inference_mode()
    def _classify(
        self,
        batch: Sequence[dict[str, Any]],
        persons: Sequence[FoundPersons],
        labels: LabelSpace,
    ) -> list[KeyframeActions]:
        """Actions of the persons of a few loaded keyframes of a video."""
        packed = [
            with_persons(
                sample, found.boxes_xyxy, found.box_scores, self.steps
            )
            for sample, found in zip(batch, persons, strict=True)
        ]
        with autocast(self.device.type, self.amp):
            results, self.batch_size = in_pieces(
                lambda piece: self.model.test_step(pseudo_collate(piece)),
                packed,
                self.batch_size,
            )
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
        images = [sample['image'] for sample in batch]
        persons, self.batch_size = in_pieces(
            self.detector, images, self.batch_size
        )
        return persons
