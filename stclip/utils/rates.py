"""Frames a second: which there are, and the exact rate of a rounded one."""

from fractions import Fraction

from stclip.utils.errors import UserError

#: A frame in 11 days, and a million a second: beyond these it is no video,
#: and the terms of the exact rate leave the 32 bits of FFmpeg's fractions.
MIN_RATE, MAX_RATE = 1e-6, 1e6
# 30000/1001 and its like are the finest that recorders have; the mp4
# container refuses larger terms.
_MAX_TERM = 1001


def as_rate(fps: float | Fraction) -> Fraction:
    """The exact rate of a rounded one: 30000/1001 of 29.97.

    Below 1, the seconds from frame to frame are what was rounded: 1/3600 of
    0.000277778.

    Args:
        fps: From ``MIN_RATE`` to ``MAX_RATE``.
    """
    if fps >= 1:
        return Fraction(fps).limit_denominator(_MAX_TERM)
    # The longer a frame lasts, the coarser: both terms stay near a million.
    parts = min(_MAX_TERM, int(fps / MIN_RATE))
    return 1 / Fraction(1 / fps).limit_denominator(parts)


def require_rate(fps: float | Fraction | None, where: object) -> None:
    """Refuse a rate that no video has.

    Args:
        fps: Frames a second; None, for unknown, is none to refuse.
        where: What it is the rate of, for the message.

    Raises:
        UserError: If it is not from ``MIN_RATE`` to ``MAX_RATE``.
    """
    if fps is not None and not MIN_RATE <= fps <= MAX_RATE:
        raise UserError(
            f'{where}: fps must be from {MIN_RATE:g} to {MAX_RATE:g} frames '
            f'a second, got {fps}; leave it out where it is not known'
        )


def first_rate(*stated: Fraction | None) -> Fraction | None:
    """The first rate that a video may have, of what its file states.

    Args:
        stated: Frames a second; 0 and None where nothing is stated.
    """
    rates = (Fraction(rate) for rate in stated if rate)
    return next((r for r in rates if MIN_RATE <= r <= MAX_RATE), None)
