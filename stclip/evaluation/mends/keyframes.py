"""Keyframes under other names or times, and what makes them meet.

Which times fit is read from the data: the spacing of the keyframes, and the
shifts under which most of them meet.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from stclip.evaluation.mends.case import Case, Mend, mended

_FRAME_RATES = (24, 25, 30)
# Videos, times of each, and commonest shifts that are looked at.
_VIDEOS, _TIMES, _SHIFTS = 8, 100, 5
# Two ratios of spacings that are one.
_SAME_RATIO = 1e-3
# Chains of mends that are tried with boxes, and how much fewer keyframes than
# the best of them one may make meet.
_CHAINS, _LEAST_OF_BEST = 10, 0.5
# Names are right if about as many keyframes meet under them.
_NAMES_FIT = 0.9

NAMES = Mend(
    'keyframes',
    'video_names',
    'the predictions name their keyframes or videos differently (folder, '
    'suffix, case or leading zeros)',
    'write image_id and movie as the ground truth has them',
    lambda case: replace(case, bare=True),
)


def keyframe_chains(case: Case, few: Case) -> list[tuple[Mend, ...]]:
    """Mends of names, then of pace, then of shift, that make keyframes meet.

    Args:
        case: What pace and shifts are read from.
        few: The same with few annotated keyframes; every chain is tried on
            them.

    Returns:
        Chains under which most of the keyframes meet, none first if that is
        one. Names are left as they are wherever keyframes meet without.
    """
    once = np.zeros(len(case.truth.boxes), bool)
    once[np.unique(case.keys()[0], return_index=True)[1]] = True
    case = case.of_annotated(once)
    meeting: dict[tuple[Mend, ...], float] = {}
    for names in ((), (NAMES,)):
        named = mended(case, *names)
        for pace in ((), *((p,) for p in _paces(named))):
            paced = mended(named, *pace)
            for shift in ((), *((s,) for s in _shifts(paced))):
                chain = (*names, *pace, *shift)
                meeting[chain] = mended(few, *chain).share()
    best = max(meeting.values())
    as_named = {k: v for k, v in meeting.items() if NAMES not in k}
    if max(as_named.values()) >= _NAMES_FIT * best:
        meeting, best = as_named, max(as_named.values())
    chosen = [k for k, v in meeting.items() if v >= _LEAST_OF_BEST * best > 0]
    chosen.sort(key=lambda chain: (len(chain) > 0, -meeting[chain]))
    return chosen[:_CHAINS] or [()]


def share_of_videos(case: Case) -> float:
    """Fraction of the annotated videos of which there are predictions."""
    true, found = case.videos()
    return float(np.isin(np.unique(true), found).mean())


def _paces(case: Case) -> Iterator[Mend]:
    """Frames for seconds, the reverse, and what the spacings say."""
    true, found = _spacing(case, 0), _spacing(case, 1)
    ratios = [float(fps) for fps in _FRAME_RATES]
    ratios += [1 / fps for fps in _FRAME_RATES]
    ratio = found / true if true and found else 1.0
    if all(abs(ratio / r - 1) > _SAME_RATIO for r in (*ratios, 1.0)):
        ratios.append(ratio)
    for ratio in ratios:
        yield _pace(ratio)


def _pace(ratio: float) -> Mend:
    if ratio > 1:
        name, fault = (
            'frames_for_seconds',
            f'the predictions number frames ({ratio:g} a second) where the '
            'ground truth has seconds',
        )
        remedy = f'divide their times by {ratio:g}'
    else:
        name, fault = (
            'seconds_for_frames',
            'the predictions have seconds where the ground truth numbers '
            f'frames ({1 / ratio:g} a second)',
        )
        remedy = f'multiply their times by {1 / ratio:g}'
    return Mend(
        'keyframes',
        name,
        fault,
        f'{remedy}, in image_id and timestamp',
        lambda case: case.with_times(case.times()[1] / ratio),
    )


def _moments(case: Case, which: int) -> tuple[np.ndarray, np.ndarray]:
    """Video and time of each keyframe of a file, in order."""
    keys = np.unique(
        case.videos()[which] + 1j * np.round(case.times()[which], 6)
    )
    return keys.real.astype(int), keys.imag


def _spacing(case: Case, which: int) -> float:
    """Commonest step from a keyframe to the next; 0 if there is none."""
    video, time = _moments(case, which)
    steps = np.round(np.diff(time)[np.diff(video) == 0], 6)
    if not len(steps):
        return 0.0
    values, count = np.unique(steps, return_counts=True)
    return float(values[count.argmax()])


def _shifts(case: Case) -> Iterator[Mend]:
    """One keyframe or time step, and the shifts under which most meet."""
    step = _spacing(case, 0)
    near = {s * d for d in (1.0, step) for s in (1, -1, 2, -2) if d}
    for shift in sorted({*near, *_common_shifts(case)}, key=abs):
        if shift:
            yield _shift(case, shift, step)
    yield from _own_starts(case)


def _shift(case: Case, shift: float, step: float) -> Mend:
    way = 'late' if shift > 0 else 'early'
    size = f'{abs(shift):g}'
    if abs(shift) in (1, step):
        name = 'time_off_by_one'
        fault = f'the predictions stand one keyframe too {way}'
        if step not in (0, abs(shift)):
            fault = f'the times of the predictions are {size} too {way}'
    else:
        name = 'time_offset'
        fault = (
            f'the times of the predictions lie {size} too {way} '
            f'({told_ranges(case)})'
        )
    act = f'subtract {size} from' if shift > 0 else f'add {size} to'
    return Mend(
        'keyframes',
        name,
        fault,
        f'{act} the number in their image_id and timestamp',
        lambda case: case.with_times(case.times()[1] - shift),
    )


def told_ranges(case: Case) -> str:
    """From when to when both files have keyframes, in words."""
    true, found = case.times()
    apart = found.min() > true.max() or found.max() < true.min()
    outside = 'all outside: ' if apart else ''
    return (
        f'{outside}{found.min():g} to {found.max():g} there, {true.min():g} '
        f'to {true.max():g} in the ground truth'
    )


def _common_shifts(case: Case) -> list[float]:
    """The commonest differences of times of one video."""
    rng = np.random.default_rng(0)
    (true, true_time), (found, found_time) = (
        _moments(case, which) for which in (0, 1)
    )
    differences = [np.zeros(0)]
    for video in np.intersect1d(true, found)[:_VIDEOS]:
        few = rng.permutation(found_time[found == video])[:_TIMES]
        each = few[:, None] - true_time[true == video]
        differences.append(each.ravel())
    values, count = np.unique(
        np.round(np.concatenate(differences), 6), return_counts=True
    )
    return values[np.argsort(-count, kind='stable')[:_SHIFTS]].tolist()


def _own_starts(case: Case) -> Iterator[Mend]:
    """Each video begins at its own time, in one of the files."""
    (true, true_time), (found, found_time) = (
        _moments(case, which) for which in (0, 1)
    )
    keys, true_row, found_row = np.intersect1d(
        true, found, return_indices=True
    )
    values = np.round(found_time[found_row] - true_time[true_row], 6)
    if len(np.unique(values)) < 2:
        return

    def apply(case: Case) -> Case:
        video = case.videos()[1]
        at = np.minimum(np.searchsorted(keys, video), len(keys) - 1)
        shift = np.where(keys[at] == video, values[at], 0)
        return case.with_times(case.times()[1] - shift)

    yield Mend(
        'keyframes',
        'time_offset_of_videos',
        'the times of the predictions begin elsewhere in each video '
        f'(off by {values.min():g} to {values.max():g})',
        'count the times of each video from where the ground truth does',
        apply,
    )
