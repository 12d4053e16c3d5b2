"""Keyframes as supervision's detections."""

import numpy as np
import supervision as sv

from stclip.labels.label_space import LabelSpace
from stclip.labels.no_action import none_name
from stclip.results.exports.persons import persons_on
from stclip.results.keyframe_actions import KeyframeActions


def to_detections(frame: KeyframeActions, labels: LabelSpace) -> sv.Detections:
    """One keyframe for supervision's annotators, zones and sinks.

    Args:
        frame: N persons.
        labels: The K labels.

    Returns:
        ``xyxy`` in px; ``class_id``, the likeliest answer of each person, K
        for none; ``confidence``, box score times its probability;
        ``tracker_id``, None if nobody was followed; ``data`` with
        ``class_name``, ``box_score`` and ``action_probs`` (N, K).
    """
    persons = list(persons_on(frame, labels))
    none = len(labels)
    names = np.array([*labels.names, none_name(labels.names)], dtype=object)
    best = [none if p.best is None else p.best for p in persons]
    classes = np.array(best, dtype=int)
    certainty = np.array([p.certainty for p in persons], np.float32)
    return sv.Detections(
        xyxy=np.asarray(frame.boxes_xyxy, np.float32).reshape(-1, 4),
        confidence=frame.box_scores * certainty,
        class_id=classes,
        tracker_id=frame.track_ids,
        data=dict(
            class_name=names[classes],
            box_score=frame.box_scores,
            action_probs=frame.action_probs,
        ),
    )
