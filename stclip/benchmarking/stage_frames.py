"""Whether single frames tell object and partner pairs of ZS-Stage apart.

One small convolutional network learns all actions of these pairs at once, with
the labels, from the surroundings of the first person in single frames; of each
test frame is asked which of the two members of its pair it shows. Intervals
are those of 1,000 samples of the test videos with replacement.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from stclip.zs_stage.action_casting import cast_action
from stclip.zs_stage.classes import ACTIONS, PAIRS
from stclip.zs_stage.clip import FPS

#: Frames that must be told apart.
LEAST = 0.90
_SEED, _TEST_SEED = 11, 12
_SECONDS = 3.0
_FRAMES, _SQUARE = 6, 64
_EPOCHS, _BATCH = 40, 64
_RATE, _DECAY = 4e-3, 0.02
_SHIFT = 5
_SAMPLES = 1000


def table(videos: int) -> str:
    """Measure all object and partner pairs.

    Args:
        videos: Of each action to learn from; half as many are for the test.

    Returns:
        A table in Markdown.
    """
    pairs = (*PAIRS['object'], *PAIRS['partner'])
    names = [name for pair in pairs for name in pair]
    known = torch.stack(
        [
            film(n, k, _SEED)
            for n in tqdm(names, 'known')
            for k in range(videos)
        ]
    )  # (n, T, 3, S, S)
    labels = torch.arange(len(names)).repeat_interleave(videos)
    network = learn(
        known.flatten(0, 1), labels.repeat_interleave(_FRAMES), _EPOCHS
    )
    rng = np.random.default_rng(_SEED)
    lines = [
        '| object or partner pair | single frames, % | at least 90 |',
        '|---|---|---|',
    ]
    for index, pair in enumerate(pairs):
        right = np.concatenate(
            [
                told(network, name, [2 * index, 2 * index + 1], place, videos)
                for place, name in enumerate(pair)
            ]
        )
        lines.append(row(pair, right, rng))
    return '\n'.join(lines) + '\n'


def told(
    network: nn.Module,
    name: str,
    members: Sequence[int],
    place: int,
    videos: int,
) -> np.ndarray:
    """Return the part of frames told right of each test video of an action.

    Args:
        network: Gives scores of all actions.
        name: The action.
        members: Numbers of the pair's members among them.
        place: Which of the two it is.
        videos: Half of them are asked about.
    """
    tests = [film(name, k, _TEST_SEED) for k in range(max(videos // 2, 1))]
    with torch.inference_mode():
        scores = network(scaled(torch.cat(tests)))[:, members]
    right = scores.argmax(1) == place
    return right.view(-1, _FRAMES).float().mean(1).numpy()


def row(
    pair: tuple[str, str], right: np.ndarray, rng: np.random.Generator
) -> str:
    """Return a row of the table from the parts of all test videos."""
    draws = rng.integers(0, len(right), (_SAMPLES, len(right)))
    low, high = np.quantile(right[draws].mean(1), [0.025, 0.975])
    mean = right.mean()
    return (
        f'| {" / ".join(pair)} | {100 * mean:.0f} '
        f'[{100 * low:.0f}, {100 * high:.0f}] '
        f'| {"yes" if mean >= LEAST else "NO"} |'
    )


def film(name: str, index: int, seed: int) -> Tensor:
    """Render a video and cut squares about what the person does.

    Returns:
        ``(T, 3, S, S)`` uint8, the person facing right.
    """
    rng = np.random.default_rng([seed, list(ACTIONS).index(name), index])
    clip = cast_action(name, rng, _SECONDS)
    mirrored = clip.actors[0].placement.mirror
    times = np.linspace(0, _SECONDS * FPS - 1, _FRAMES).round().astype(int)
    squares = []
    box = None
    for image, boxes in map(clip.render, times.tolist()):
        # A person wholly hidden was last seen where he was before.
        box = boxes[0] or box or (0, 0, *image.shape[1::-1])
        squares.append(_square(image, np.array(box, float), mirrored))
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2)


def _square(image: np.ndarray, box: np.ndarray, mirrored: bool) -> np.ndarray:
    side = 1.25 * (box[2:] - box[:2]).max()
    centre = 0.5 * (box[:2] + box[2:])
    centre[0] += (-0.2 if mirrored else 0.2) * side
    scale = _SQUARE / side
    x, y = 0.5 * _SQUARE - scale * centre
    square = cv2.warpAffine(
        image, np.array([[scale, 0.0, x], [0.0, scale, y]]),
        (_SQUARE, _SQUARE), borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.ascontiguousarray(square[:, ::-1] if mirrored else square)


def scaled(images: Tensor) -> Tensor:
    """Return ``(n, 3, S, S)`` uint8 as float in [-1, 1]."""
    return images.float() / 127.5 - 1


def _network(classes: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inside, outside, stride in (
        (3, 16, 2), (16, 32, 2), (32, 64, 2), (64, 96, 1),
    ):  # fmt: skip
        layers += [
            nn.Conv2d(inside, outside, 3, stride, 1),
            nn.BatchNorm2d(outside),
            nn.ReLU(),
        ]
    return nn.Sequential(
        *layers,
        nn.AdaptiveMaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(4 * 96, classes),
    )


def learn(images: Tensor, labels: Tensor, epochs: int) -> nn.Module:
    """Train a network on frames, a third of them in each epoch.

    Args:
        images: ``(n, 3, S, S)`` uint8.
        labels: ``(n,)`` int64 from 0.
        epochs: How often.

    Returns:
        The network, which maps :func:`scaled` images to scores, in
        evaluation mode.
    """
    generator = torch.Generator().manual_seed(_SEED)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        network = _network(int(labels.max()) + 1)
        batch = min(_BATCH, len(images))
        steps = max(len(images) // 3 // batch, 1)
        optimizer = torch.optim.AdamW(
            network.parameters(), _RATE, weight_decay=_DECAY
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, _RATE, total_steps=epochs * steps
        )
        for _ in tqdm(range(epochs), 'learning'):
            order = torch.randperm(len(images), generator=generator)
            for some in order[: steps * batch].view(steps, batch):
                shift = torch.randint(
                    -_SHIFT, _SHIFT + 1, (2,), generator=generator
                )
                moved = torch.roll(
                    scaled(images[some]), shift.tolist(), (2, 3)
                )
                loss = nn.functional.cross_entropy(
                    network(moved), labels[some]
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
    return network.eval()
