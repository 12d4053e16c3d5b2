"""What is asked of a corpus, before any model is built."""

import os
from pathlib import Path
from typing import Any

from stclip.apis.action_models import ActionModel
from stclip.apis.annotation_request import request_of_labels
from stclip.apis.assignment import Assignment
from stclip.apis.feature_files import by_content, made_by
from stclip.apis.kept_features import require_plain_clip
from stclip.apis.loading import model_class
from stclip.corpora.folder import CorpusFolder
from stclip.corpora.jobs import LookJob, ScoreJob, require_made_by
from stclip.corpora.tasks import Task
from stclip.models.detection.base import KeyframeDetector
from stclip.utils.digests import digest_of_value
from stclip.utils.errors import UserError


def look_question(
    assigned: dict[str, Any], out: Path, keep_features: bool
) -> tuple[LookJob, dict[str, Any]]:
    """Ask who does what in videos.

    Args:
        assigned: Arguments of :class:`.Assignment`.
        out: Folder of the corpus.
        keep_features: Whether features of persons are kept.

    Returns:
        The job; what its results depend on.

    Raises:
        MissingFileError: If a file of a model is missing.
        UserError: If features are to be kept that depend on the labels.
    """
    asked = Assignment(**assigned)
    request = asked.asked(asked.request(''))
    del request['video']
    if keep_features:
        require_plain_clip(_class_of(asked.chosen))
    made = made_by(asked.chosen)
    features = made if keep_features else None
    job = LookJob(assigned, request, features, out.absolute())
    about = dict(
        request=request | _told_apart(asked.chosen, made),
        models=_absolute(assigned['models']),
        features=features,
    )
    return job, about


def score_question(
    assigned: dict[str, Any], store: Path
) -> tuple[ScoreJob, dict[str, Any], list[Task]]:
    """Ask other labels of the persons whose features were kept.

    Args:
        assigned: Arguments of :class:`.Assignment`; without a model, that
            of the store is taken.
        store: Folder of a corpus.

    Returns:
        The job; what its results depend on; the videos.

    Raises:
        MissingFileError: If there is no such store.
        UserError: If it holds no features, or another model's.
    """
    folder = CorpusFolder(store)
    told = folder.read_about()
    if told['features'] is None:
        raise UserError(
            f'{store} holds no features: stclip annotate-corpus '
            '--keep-features keeps them'
        )
    if not any(assigned['models'].values()):
        assigned = dict(assigned, models=told['models'])
    chosen = ActionModel.of(**assigned['models'])
    require_plain_clip(_class_of(chosen))
    features = made_by(chosen)
    require_made_by(store, told['features'], features)
    chosen.require_weights()
    asked = Assignment(**assigned)
    request = asked.asked(
        request_of_labels(asked.labels) | dict(track=told['request']['track'])
    )
    job = ScoreJob(assigned, request, features, store.absolute())
    about = dict(
        request=told['request'] | request,
        models=assigned['models'],
        features=None,
    )
    return job, about, folder.all_tasks()


def _told_apart(chosen: ActionModel, made: dict[str, Any]) -> dict[str, Any]:
    """Models by what they hold: they may lie elsewhere on another machine."""
    return dict(
        model=digest_of_value([made['preprocessing'], made['model']]),
        checkpoint=made['checkpoint'],
        detector=by_content(chosen.detector),
        detector_checkpoint=by_content(chosen.detector_checkpoint),
    )


def _class_of(chosen: ActionModel) -> type:
    return model_class(chosen.config, KeyframeDetector)


def _absolute(models: dict[str, Any]) -> dict[str, Any]:
    """Names of models that other folders understand, too."""
    found = {
        name: os.path.abspath(value) if _is_file(value) else value
        for name, value in models.items()
    }
    if found['clip']:
        parts = found['clip'].rpartition(':')[::2]
        found['clip'] = ':'.join(
            os.path.abspath(part) if _is_file(part) else part for part in parts
        )
    return found


def _is_file(name: str | None) -> bool:
    return name is not None and os.path.isfile(name)
