"""Memory that ``stclip infer`` takes for a long video, above its models.

Every frame of a generated video is a keyframe with some persons, which a
function of the benchmark finds. All else is what the command does: decoding,
windows and crops, keyframes kept as lines, and the three files made of them.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stclip.apis.action_models import ActionModel
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.keyframe_lines import KeyframeLines
from stclip.benchmarking.speed.timing import peak_memory, resident_memory
from stclip.labels.label_space import LabelSpace
from stclip.results.video_actions import VideoActions
from stclip.structures.box_table import PersonBoxes
from stclip.video import VideoWriter

HEIGHT, WIDTH, FPS = 48, 64, 25
LABELS = LabelSpace(('wave', 'sit', 'drink', 'stand up', 'walk'))


@dataclass(frozen=True)
class Options:
    """What is measured.

    Args:
        frames: Lengths of the videos, the first one as a warm-up too.
        persons: On every frame.
        model: ``'small'`` for the small CLIP, ``'none'`` for scores without
            a model.
        draw: Whether the drawn video is made, too.
    """

    frames: Sequence[int]
    persons: int
    model: str
    draw: bool


def run(options: Options) -> None:
    """Measure and print the table."""
    infer = ActionInferencer(
        ActionModel.of('stage').config,
        device='cpu',
        detector=Persons(options.persons),
    )
    if options.model == 'none':
        infer.model = EqualScores()
    base = resident_memory()
    print(f'models: {base:.0f} MB', flush=True)
    print('| frames | step | peak MB above models | seconds |')
    print('|---|---|---|---|')
    with tempfile.TemporaryDirectory() as folder:
        for count in options.frames:
            video = write(Path(folder, f'{count}.mp4'), count)
            for row in measure(infer, video, base, options.draw):
                print(f'| {count} | {row}', flush=True)


def measure(
    infer: ActionInferencer, video: Path, base: float, draw: bool
) -> Iterator[str]:
    """Do what the command does, step by step.

    Args:
        infer: With its models.
        video: Of which every frame is a keyframe.
        base: MB of the process with its models.
        draw: See :class:`Options`.
    """
    lines = KeyframeLines(video.with_suffix('.jsonl'), {}, LABELS)
    results: list[VideoActions] = []

    def look() -> None:
        results.append(lines.fill(infer.stream(video, LABELS, stride=1)))

    steps = {
        'looking': look,
        'JSON file': lambda: results[0].save_json(video.with_suffix('.json')),
        'contact sheet': lambda: results[0].save_contact_sheet(
            video.with_suffix('.png')
        ),
    }
    if draw:
        drawn = video.with_name(f'drawn_{video.name}')
        steps['drawn video'] = lambda: results[0].save_video(drawn)
    for name, step in steps.items():
        start = time.perf_counter()
        peak = peak_memory(step) - base
        yield f'{name} | {peak:.0f} | {time.perf_counter() - start:.0f} |'
    lines.remove()


def write(path: Path, count: int) -> Path:
    """Write a small video of a drifting gradient."""
    row = np.arange(WIDTH, dtype=np.uint8) * 2
    with VideoWriter(path, FPS) as writer:
        for index in range(count):
            frame = np.empty((HEIGHT, WIDTH, 3), np.uint8)
            frame[:] = np.roll(row, index)[:, None]
            writer.write(frame)
    return path


class Persons:
    """A detector that sees persons side by side on every frame.

    Args:
        number: Of persons.
    """

    def __init__(self, number: int) -> None:
        left = np.arange(number, dtype=np.float32) * WIDTH / number
        top = np.full(number, 4, np.float32)
        self.boxes = np.stack(
            [left, top, left + WIDTH / number, top + HEIGHT / 2], axis=1
        )
        self.scores = np.full(number, 0.9, np.float32)

    def __call__(self, frames: Sequence[np.ndarray]) -> list[PersonBoxes]:
        """Find the persons of each frame."""
        return [PersonBoxes(self.boxes, self.scores) for _ in frames]


class EqualScores(nn.Module):
    """In place of an action detector: all labels are as likely."""

    reads_names = True
    reads_window = True

    def encode_labels(self, labels: LabelSpace) -> Tensor:
        """No features are needed."""
        return torch.empty(len(labels), 0)

    def label_warnings(self, labels: LabelSpace) -> tuple[str, ...]:
        """No label is like another."""
        return ()

    def test_step(self, batch: dict[str, Any]) -> list[SimpleNamespace]:
        """Score the persons of a batch."""
        return [_equal(sample) for sample in batch['data_samples']]


def _equal(sample: Any) -> SimpleNamespace:
    boxes = sample.proposals.bboxes
    persons = SimpleNamespace(
        bboxes=boxes,
        box_scores=sample.proposals.scores,
        action_probs=boxes.new_full((len(boxes), len(LABELS)), 0.2),
    )
    return SimpleNamespace(frame_idx=sample.frame_idx, pred_instances=persons)
