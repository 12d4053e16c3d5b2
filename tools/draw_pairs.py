"""Draw docs/images/pairs_*.png: what the pairs of ZS-Stage look like.

    python tools/draw_pairs.py

Six frames of a video of each member, a row each, the members one above the
other. Both are drawn with the same numbers, so that place, person and moments
are the same where they can be. People are near, nobody else is about, and the
camera has no faults: it is the actions that are to be seen.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
from PIL import Image
from tqdm import tqdm

from stclip.cli.command import Command, run
from stclip.utils.io import atomic_write
from stclip.visualization import contact_sheet
from stclip.zs_stage.action_casting import cast_action
from stclip.zs_stage.classes import ACTIONS, PAIRS
from stclip.zs_stage.clip import FPS, Optics

FOLDER = Path('docs/images')
KINDS = ('motion', 'object', 'partner')
#: Of a video, as the benchmark's are.
SECONDS = 3.0
NUM_FRAMES = 6
#: Pairs of one picture.
PAIRS_A_SHEET = 4
TILE_WIDTH_PX = 144
# Body height in pixels, as near as videos have it.
_SIZES = (92.0, 98.0)
# A picture of few colours is a third as large.
_COLOURS = 64

Pair = tuple[str, str]


def sheets() -> Iterator[tuple[str, Sequence[Pair]]]:
    """Name of each picture, and the pairs that it shows."""
    for kind in KINDS:
        pairs = PAIRS[kind]
        for number, first in enumerate(range(0, len(pairs), PAIRS_A_SHEET), 1):
            shown = pairs[first : first + PAIRS_A_SHEET]
            yield f'pairs_{kind}_{number}.png', shown


def frames_of(name: str, seed: int) -> list[np.ndarray]:
    """Frames of a video of an action, evenly from its first to its last.

    Args:
        name: Of the action.
        seed: Of place, people and timing.

    Returns:
        ``(H, W, 3)`` uint8 RGB each.
    """
    rng = np.random.default_rng(seed)
    clip = cast_action(name, rng, SECONDS, Optics(), _SIZES, 0.0)
    last = int(SECONDS * FPS) - 1
    indices = np.linspace(0, last, NUM_FRAMES).round().astype(int)
    return [clip.render(index)[0] for index in indices.tolist()]


def seed_of(pair: Pair) -> int:
    """Each pair has another place; by its place among the actions."""
    return list(ACTIONS).index(pair[0])


def draw(pairs: Sequence[Pair]) -> bytes:
    """A PNG with two rows for each pair."""
    names = [name for pair in pairs for name in pair]
    images = [
        image
        for pair in pairs
        for name in pair
        for image in frames_of(name, seed_of(pair))
    ]
    captions = [
        name.replace('_', ' ') if not index else ''
        for name in names
        for index in range(NUM_FRAMES)
    ]
    sheet = contact_sheet(images, captions, NUM_FRAMES, TILE_WIDTH_PX)
    picture = Image.fromarray(sheet).quantize(
        _COLOURS, dither=Image.Dither.NONE
    )
    file = io.BytesIO()
    picture.save(file, 'png', optimize=True)
    return file.getvalue()


@click.command('draw_pairs', cls=Command, help=__doc__)
def command() -> None:
    for name, pairs in tqdm(list(sheets()), 'pairs'):
        with atomic_write(FOLDER / name, 'wb') as file:
            file.write(draw(pairs))
        click.echo(FOLDER / name)


if __name__ == '__main__':
    run(command)
