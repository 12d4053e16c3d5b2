"""A check of every video of a data set, done once."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from stclip.utils.children import worker_pool
from stclip.utils.digests import stamp_of_media
from stclip.utils.errors import UserError
from stclip.utils.io import read_json, write_json
from stclip.utils.parts import Parts
from stclip.video.opening import open_video


@dataclass(frozen=True)
class MediaFacts:
    """What is in a video file or frame folder.

    Args:
        num_frames: Frames, lost ones between others too.
        size_hw: Height and width of the first one.
        end_sec: Seconds from the first frame until which the last one is
            shown; None if unknown, as for folders.
        damage: What of it is lost, see :class:`Damage`; empty if nothing.
        fault: Why it cannot be read; empty if it can.
    """

    num_frames: int = 0
    size_hw: tuple[int, int] = (0, 0)
    end_sec: float | None = None
    damage: str = ''
    fault: str = ''


def look_into(path: str | Path) -> MediaFacts:
    """Decode a video to its end, or read the headers of a frame folder.

    Args:
        path: Video file or folder of frames.
    """
    try:
        source = open_video(path, on_damage=None)
        source.examine()
        num_frames = source.num_frames
        height, width = source.read([0])[0].shape[:2]
        end_sec, damage = source.end_sec, str(source.damage)
        source.release()
    except (OSError, ValueError) as error:
        return MediaFacts(fault=str(error))
    return MediaFacts(num_frames, (height, width), end_sec, damage)


def check_media(
    paths: dict[str, Path], record: str | Path, workers: int = 1
) -> dict[str, MediaFacts]:
    """Look into all videos that have changed since they were last looked at.

    Args:
        paths: Video name -> file or folder.
        record: JSON file that keeps what was found. A killed check leaves
            it in ``RECORD.parts``, to go on from.
        workers: Processes.

    Returns:
        What is in each video.
    """
    record = Path(record)
    known = _read_record(record) if record.is_file() else {}
    # What a killed check has found lies beside it.
    fields = dict(facts=list(asdict(MediaFacts())))
    parts = Parts(record.with_name(f'{record.name}.parts'), fields)
    known |= parts.read()
    stamps = {name: stamp_of_media(path) for name, path in paths.items()}
    pending = [
        (name, path)
        for name, path in paths.items()
        if known.get(name, {}).get('stamp') != stamps[name]
    ]
    try:
        bar = tqdm(_look(pending, workers), 'videos', len(pending))
        for name, facts in bar:
            known[name] = dict(asdict(facts), stamp=stamps[name])
            parts.add(name, known[name])
    finally:
        if pending or parts.folder.exists():
            write_json(record, known)
            parts.remove()
    return {name: _facts(known[name]) for name in paths}


def _read_record(path: Path) -> dict[str, dict]:
    known = read_json(path)
    wanted = {'stamp', *asdict(MediaFacts())}
    if not isinstance(known, dict) or not all(
        isinstance(entry, dict) and wanted <= set(entry)
        for entry in known.values()
    ):
        raise UserError(
            f'{path} is no record of videos. Remove it to look into them anew.'
        )
    return known


def _look(
    pending: list[tuple[str, Path]], workers: int
) -> Iterator[tuple[str, MediaFacts]]:
    names = [name for name, _ in pending]
    paths = [path for _, path in pending]
    if workers <= 1 or len(pending) <= 1:
        yield from zip(names, map(look_into, paths), strict=True)
        return
    with worker_pool(workers) as pool:
        yield from zip(names, pool.imap(look_into, paths), strict=True)


def _facts(entry: dict) -> MediaFacts:
    return MediaFacts(
        entry['num_frames'],
        tuple(entry['size_hw']),
        entry['end_sec'],
        entry['damage'],
        entry['fault'],
    )
