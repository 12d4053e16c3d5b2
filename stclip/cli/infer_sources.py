"""The videos of ``stclip infer``, looked at before any model is built."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from stclip.utils.errors import UserError
from stclip.utils.long_json import read_head
from stclip.utils.outputs import is_same_file, stem_of_video
from stclip.utils.values import differing_keys
from stclip.video.addresses import (
    LiveAddress,
    is_served,
    live_address,
)
from stclip.video.keyframe_walk import KeyframeWalk
from stclip.video.live_stream import LiveStream
from stclip.video.opening import open_video, require_video
from stclip.video.served_files import local_video
from stclip.video.sources import many_videos


@dataclass(frozen=True)
class Wanted:
    """A video that is to be looked at.

    Args:
        source: Its path, or what was given for a live source.
        live: How a live source is opened; None for what has an end.
        length: Frames as far as they are stated.
    """

    source: str
    live: LiveAddress | None = None
    length: int | None = None

    @property
    def shown(self) -> str:
        """For messages."""
        return self.live.shown if self.live else self.source

    @property
    def stem(self) -> str:
        """What its results are called."""
        return self.live.stem if self.live else stem_of_video(self.source)


def expand(sources: Sequence[str]) -> tuple[list[str], bool]:
    """The videos of what was given; whether they are many by their kind.

    Args:
        sources: Paths, patterns, folders, addresses or numbers of cameras.

    Raises:
        UserError: If a folder or a pattern has no video, or results of two
            videos had one name.
    """
    if len(sources) == 1 and many_videos(sources[0]) is None:
        return [sources[0]], False
    videos = [str(video) for video in many_videos(list(sources))]
    unique: dict[str, str] = {}
    for video in videos:
        stem = stem_of_video(video)
        other = unique.setdefault(stem, video)
        if other != video and not is_same_file(other, video):
            raise UserError(
                f'{other} and {video} would both be written to {stem}.json: '
                'rename one, or give them another --out'
            )
    return list(unique.values()), True


def require(
    source: str, strict: bool, fps: float | None, walk: KeyframeWalk
) -> Wanted:
    """Refuse a video that cannot be shown.

    Args:
        source: One of :func:`expand`.
        strict: See :func:`~stclip.video.opening.require_video`.
        fps: Likewise.
        walk: What is looked at.

    Raises:
        MissingFileError: If it is not there.
        UserError: If it cannot be shown, or ends before the range of time.
    """
    live = live_address(source)
    if live is not None:
        if fps is not None:
            raise UserError(f'{live.shown} is live: leave out --fps')
        stream = LiveStream(live)
        walk.first(stream)
        stream.release()
        return Wanted(source, live)
    if is_served(source):
        source = str(local_video(source))
    require_video(source, strict, fps)
    opened = open_video(source, on_damage=None, fps=fps)
    walk.first(opened)
    walk.step(opened)
    opened.release()
    return Wanted(source, None, opened.stated_frames)


def require_each(
    sources: Sequence[str],
    strict: bool,
    fps: float | None,
    walk: KeyframeWalk,
) -> tuple[list[Wanted], dict[str, str]]:
    """Look at many videos; what is wrong with one is told at once.

    Returns:
        Those that can be shown; the others, with what is wrong.
    """
    wanted, failed = [], {}
    for source in sources:
        try:
            wanted.append(require(source, strict, fps, walk))
        except (UserError, OSError) as error:
            failed[source] = str(error)
            click.echo(f'left out: {error}', err=True)
    return wanted, failed


def is_finished(
    results: Sequence[Path], unfinished: Path, request: Mapping[str, Any]
) -> bool:
    """Whether an earlier run has written all of a video.

    Args:
        results: The files, the JSON file first.
        unfinished: What an interrupted run leaves.
        request: What the results depend on.

    Raises:
        UserError: If the results are of another request; tells what differs.
    """
    if unfinished.exists() or not all(path.is_file() for path in results):
        return False
    try:
        # The keyframes come last, and may be many.
        told = read_head(results[0], 'keyframes')['request']
        differing = differing_keys(json.loads(json.dumps(request)), told)
    except (ValueError, LookupError, TypeError):
        told, differing = {}, []
    if differing or not told:
        other = (
            f'of other {", ".join(differing)}'
            if told
            else 'and does not tell what it was made with'
        )
        raise UserError(
            f'{results[0]} is there already, {other}: --overwrite '
            'replaces it and what goes with it, another --out keeps it'
        )
    return True


def live_only(wanted: Sequence[Wanted], resume: bool) -> bool:
    """Whether a live source is among them, which must then stand alone.

    Raises:
        UserError: If it does not, or is to be gone on with.
    """
    live = [video for video in wanted if video.live]
    if live and len(wanted) > 1:
        raise UserError(
            f'{live[0].shown} is live: give it to a command of its own, since '
            'it may never end'
        )
    if live and resume:
        raise UserError(f'{live[0].shown} is live: leave out --resume')
    return bool(live)
