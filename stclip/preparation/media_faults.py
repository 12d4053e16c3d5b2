"""Faults of annotations that the videos of a data set show."""

from collections.abc import Iterable
from pathlib import Path

from stclip.preparation.media_check import MediaFacts
from stclip.preparation.records import Findings
from stclip.structures.keyframe import Keyframe, same_proportions

_USED = 'What decodes is used; a lost frame is shown as the one before it.'


def usable_videos(
    facts: dict[str, MediaFacts],
    keyframes: Iterable[Keyframe],
    findings: Findings,
    strict: bool = False,
) -> set[str]:
    """Find the videos that can be read and fit their annotation.

    Args:
        facts: What is in each video that is there.
        keyframes: All annotated keyframes.
        findings: Gets the videos that cannot be read, are damaged or have
            other proportions than annotated, and the keyframes after the
            last frame; these stay in, since published results count them.
        strict: Whether damaged videos are not usable.

    Returns:
        Names of the usable videos.
    """
    usable = set()
    shapes = {k.video: k.img_shape for k in keyframes}
    for name, fact in facts.items():
        if fact.fault:
            findings.add('unreadable video', fact.fault, 'Download it again.')
        elif shapes[name] and not same_proportions(fact.size_hw, shapes[name]):
            findings.add(
                'video of other proportions than annotated',
                f'{name}: {fact.size_hw}, annotated {shapes[name]}',
                'Take the original, or scale it without cutting.',
            )
        else:
            if fact.damage:
                findings.add(
                    'damaged video',
                    f'{name}: {fact.damage}',
                    'Download it again. '
                    + ('It is not used.' if strict else _USED),
                )
            if not (fact.damage and strict):
                usable.add(name)
    for keyframe in keyframes:
        if keyframe.video in usable and _is_beyond(
            keyframe, facts[keyframe.video]
        ):
            findings.add(
                'keyframe after the last frame',
                keyframe.video,
                'kept; it counts as missed in tests, and '
                "LoadKeyframe(beyond_end='skip') leaves it out of training.",
            )
    return usable


def missing_videos(
    paths: dict[str, Path | None], folder: Path, findings: Findings
) -> None:
    """Note the videos that are not there."""
    for name, path in paths.items():
        if path is None:
            findings.add('missing video', name, f'Unpack it to {folder}.')


def _is_beyond(keyframe: Keyframe, facts: MediaFacts) -> bool:
    if keyframe.frame_idx is not None:
        return keyframe.frame_idx >= facts.num_frames
    if facts.end_sec is None:
        return False  # frame folders do not tell; the config's fps does
    return keyframe.seconds > facts.end_sec
