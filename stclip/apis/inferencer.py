"""Actions of the people in any video, for labels in plain words."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope

from stclip.apis.person_detector import (
    PersonBoxes,
    choose_device,
    default_person_detector,
    load_config,
    read_checkpoint,
)
from stclip.apis.video_actions import KeyframeActions, VideoActions
from stclip.engine.checkpoint_hooks import compare_state
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS, TRANSFORMS
from stclip.structures.boxes import clip_boxes
from stclip.structures.keyframe import Keyframe
from stclip.structures.keyframe_sample import keyframe_sample, with_labels
from stclip.utils.errors import UserError

#: Frames in, persons out: PersonDetector or a function of the user's own.
Detector = Callable[[Sequence[np.ndarray]], Sequence[PersonBoxes]]

_SCOPE = 'stclip'


class ActionInferencer:
    """A person detector and an action detector, ready for any video.

    Args:
        config: Config of an action detector; its ``test_dataloader`` gives
            the window and the preprocessing.
        checkpoint: File that training saved. Without one the model keeps
            CLIP's weights, and all else in it is untrained.
        device: Where both detectors run; ``None`` for a GPU if there is one.
        detector: Finds the persons: called with a list of (H, W, 3) uint8
            RGB frames, it returns :class:`PersonBoxes` for each. ``None``
            for the small detector of this project, which knows rendered
            people only.
        batch_size: Keyframes per forward pass.
        box_threshold: Persons with a lower box score are left out.
        max_persons: Most persons of a keyframe, the best ones.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If the checkpoint does not fit the config.
    """

    def __init__(
        self,
        config: str | Path | Config,
        checkpoint: str | Path | None = None,
        device: str | None = None,
        detector: Detector | None = None,
        batch_size: int = 8,
        box_threshold: float = 0.5,
        max_persons: int = 30,
    ) -> None:
        cfg = load_config(config)
        device = choose_device(device)
        self.batch_size = batch_size
        self.box_threshold = box_threshold
        self.max_persons = max_persons
        self.detector = detector or default_person_detector(device)
        with DefaultScope.overwrite_default_scope(_SCOPE):
            self.model = build_model(cfg, checkpoint).to(device).eval()
            steps = [
                TRANSFORMS.build(step)
                for step in cfg.test_dataloader.dataset.pipeline
            ]
        # Persons are looked for on the picture that the first step loads.
        self.loader, self.steps = steps[0], steps[1:]

    def __call__(
        self,
        video: str | Path,
        labels: Sequence[str] | LabelSpace,
        stride: int = 8,
        on_frame: Callable[[int], None] | None = None,
    ) -> VideoActions:
        """Find the actions in a video; memory does not grow with its frames.

        Args:
            video: Video file or folder of frames.
            labels: Action names. Given as plain names they exclude each
                other: each person's probabilities add up to 1.
            stride: Every how many frames there is a keyframe.
            on_frame: Called with the number of frames dealt with so far.

        Returns:
            Boxes and probabilities of every keyframe.

        Raises:
            FileNotFoundError: If there is no such video.
            ValueError: If it cannot be decoded, there are no labels, or the
                stride is not positive.
        """
        if stride < 1:
            raise UserError(f'stride must be positive, got {stride}')
        if isinstance(labels, str):
            raise UserError(f'labels must be a list of names, got {labels!r}')
        if not isinstance(labels, LabelSpace):
            labels = LabelSpace(tuple(labels))
        source = self.loader.videos.open(video)
        frames: list[KeyframeActions] = []
        keyframes = self._keyframes(video, labels, stride)
        frame_hw = None
        while batch := list(islice(keyframes, self.batch_size)):
            frame_hw = frame_hw or batch[0]['image'].shape[:2]
            frames += self._classify(batch)
            if on_frame:
                done = frames[-1].frame_idx + stride
                on_frame(source.count(done))
        result = VideoActions(
            video=Path(video),
            labels=labels,
            frames=tuple(frames),
            num_frames=source.num_frames,
            frame_hw=frame_hw,
            fps=source.fps,
        )
        source.release()
        return result

    def _keyframes(
        self, video: str | Path, labels: LabelSpace, stride: int
    ) -> Iterator[dict[str, Any]]:
        """Load keyframe after keyframe to the end of the video."""
        source = self.loader.videos.open(video)
        reach = (self.loader.num_frames - 1) * self.loader.stride
        frame_idx = 0
        while True:
            # Where the video ends is only known by going there: keep what
            # the window may want, or it would be decoded again.
            window = range(max(0, frame_idx - reach), frame_idx + 1)
            if source.count(frame_idx + 1, window) <= frame_idx:
                return
            yield self.loader(_blank_sample(video, frame_idx, labels))
            frame_idx += stride

    @torch.inference_mode()
    def _classify(
        self, batch: Sequence[dict[str, Any]]
    ) -> list[KeyframeActions]:
        """Boxes, then actions, of a few loaded keyframes."""
        found = self.detector([sample['image'] for sample in batch])
        packed = []
        for sample, persons in zip(batch, found, strict=True):
            sample.update(self._chosen(persons, sample['image'].shape[:2]))
            for step in self.steps:
                sample = step(sample)
            packed.append(sample)
        results = self.model.test_step(pseudo_collate(packed))
        return [_to_keyframe(result) for result in results]

    def _chosen(
        self, persons: PersonBoxes, frame_hw: tuple[int, int]
    ) -> dict[str, Any]:
        """The boxes that are classified, best first, clipped to the frame."""
        scores = np.asarray(persons.scores, dtype=np.float32)
        boxes = np.asarray(persons.boxes_xyxy, np.float32).reshape(-1, 4)
        boxes = clip_boxes(boxes, frame_hw, empty_ok=True)
        order = np.argsort(-scores, kind='stable')[: self.max_persons]
        order = order[scores[order] >= self.box_threshold]
        return dict(
            boxes=boxes[order],
            box_scores=scores[order],
            img_shape=frame_hw,
        )


def build_model(cfg: Config, checkpoint: str | Path | None) -> torch.nn.Module:
    """Build a config's model with a checkpoint's weights.

    Args:
        cfg: With ``model``, which has a ``clip``.
        checkpoint: File that training saved. Without one the model keeps
            CLIP's weights, and a warning tells that the rest is untrained.

    Raises:
        FileNotFoundError: If there is no such checkpoint.
        ValueError: If the checkpoint does not fit the config.
    """
    model_cfg = cfg.model.copy()
    if checkpoint is None:
        model = MODELS.build(model_cfg)
        untrained = [p for p in model.parameters() if p.requires_grad]
        if untrained:
            warnings.warn(
                f'{type(model).__name__} without a checkpoint: all but CLIP '
                'in it is untrained, so its scores mean nothing',
                stacklevel=3,
            )
        return model
    state, _ = read_checkpoint(checkpoint)
    # The checkpoint holds CLIP too: its own weight file is not needed.
    model_cfg.clip = dict(model_cfg.clip, pretrained=None)
    model = MODELS.build(model_cfg)
    differences = compare_state(model.state_dict(), state)
    if differences:
        raise UserError(
            f'{checkpoint} does not fit the model of the config:\n'
            f'{differences}'
        )
    model.load_state_dict(state)
    return model


def _blank_sample(
    video: str | Path, frame_idx: int, labels: LabelSpace
) -> dict[str, Any]:
    """What a data set would know of a frame without annotations."""
    keyframe = Keyframe(
        image_id=frame_idx,
        video=Path(video).stem,
        timestamp=frame_idx,
        boxes=np.zeros((0, 4), np.float32),
        labels=np.zeros((0, len(labels)), bool),
        frame_idx=frame_idx,
    )
    sample = keyframe_sample(keyframe, video, PersonBoxes.none())
    return with_labels(sample, labels)


def _to_keyframe(result: Any) -> KeyframeActions:
    found = result.pred_instances
    return KeyframeActions(
        frame_idx=result.frame_idx,
        boxes_xyxy=found.bboxes.float().cpu().numpy(),
        box_scores=found.box_scores.float().cpu().numpy(),
        action_probs=found.action_probs.float().cpu().numpy(),
    )
