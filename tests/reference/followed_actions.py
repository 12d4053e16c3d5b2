"""Keyframes with ids and random probabilities, for what follows tracks."""

import numpy as np

from stclip.results.keyframe_actions import KeyframeActions


def keyframe(frame_idx, probs_of, time_sec=None, none=False):
    """A keyframe of persons by id, each with its probabilities."""
    count = len(probs_of)
    probs = np.array(list(probs_of.values()), np.float32)
    probs = probs.reshape(count, -1 if count else 3)
    return KeyframeActions(
        frame_idx=frame_idx,
        boxes_xyxy=np.tile(np.float32([0, 0, 9, 9]), (count, 1)),
        box_scores=np.full(count, 0.5, np.float32),
        action_probs=probs,
        time_sec=time_sec,
        track_ids=np.array(list(probs_of), np.int64),
        none_probs=1 - probs.max(1, initial=0) if none else None,
    )


def random_frames(seed, count=60, timed=True, num_labels=3, ids=range(1, 6)):
    """Persons who come and go, at times that are not even."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.1, 0.6, count))
    away = rng.random((count, len(ids)))
    away = (away + np.roll(away, 1, 0) + np.roll(away, 2, 0)) / 3
    walk = np.cumsum(rng.normal(0, 0.15, (count, len(ids), num_labels)), 0)
    probs = np.abs((walk + rng.random(walk.shape[1:])) % 2 - 1)
    frames = []
    for number in range(count):
        here = rng.permutation(np.flatnonzero(away[number] < 0.6))
        frames.append(
            keyframe(
                number * 3,
                {ids[row]: probs[number, row] for row in here},
                times[number] if timed else None,
                none=True,
            )
        )
    return frames
