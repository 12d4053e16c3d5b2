"""What is done with each video: looked at, or scored on what was kept.

A job is plain values, which processes elsewhere can be sent; the models are
built where the work is done, once.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stclip.apis.action_models import ActionModel
from stclip.apis.annotation_request import stamp_of
from stclip.apis.assignment import Assignment
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.kept_features import KeptFeatures
from stclip.corpora.faults import Fault
from stclip.corpora.fetching import local_copy
from stclip.corpora.folder import FAILED, CorpusFolder, writing
from stclip.corpora.recorder import Look
from stclip.corpora.tasks import Task
from stclip.results.video_actions import VideoActions
from stclip.structures.box_table import PersonBoxes
from stclip.utils.errors import UserError
from stclip.utils.values import differing_keys


@dataclass(frozen=True)
class LookJob:
    """Looks at videos.

    Args:
        assigned: Arguments of :class:`.Assignment`.
        request: What the results depend on, but for the video.
        features: Whose features are kept; None if none are.
        out: Folder of the corpus.
    """

    assigned: dict[str, Any]
    request: dict[str, Any]
    features: dict[str, Any] | None
    out: Path

    def start(self) -> Look:
        """Build the models.

        Raises:
            UserError: If one cannot be built, or cannot take the labels.
        """
        task = Assignment(**self.assigned)
        infer = task.infer
        labels = infer.question(task.question)

        def look(video: Task) -> VideoActions:
            if video.is_gone:
                raise Fault(
                    f'{video.path} was there when it was listed, and is gone; '
                    'is its disk still there?'
                )
            request = dict(self.request, video=stamp_of(video.path))
            with local_copy(video.path) as path:
                if self.features is None:
                    found = infer(path, labels, **task.looked, **task.segments)
                else:
                    kept = self._kept(infer, video, path, request, task.looked)
                    found = kept.with_labels(infer, labels, **task.segments)
            # A copy is gone; its name is the video's.
            shown = path if path.exists() else path.name
            return replace(found, video=Path(shown), request=request)

        return look

    def _kept(
        self,
        infer: ActionInferencer,
        video: Task,
        path: Path,
        request: dict[str, Any],
        looked: dict[str, Any],
    ) -> KeptFeatures:
        """Features of a video's persons, kept from now on."""
        file = CorpusFolder(self.out).features_of(video.key)
        # There if the process was killed before the result was written;
        # perhaps damaged if its machine went down.
        with suppress(UserError):
            return KeptFeatures.load(file)
        kept = KeptFeatures.look(infer, path, **looked)
        about = dict(path=video.shown, made_by=self.features, request=request)
        kept = replace(kept, about=about)
        with writing(file):
            kept.save(file)
        return kept


@dataclass(frozen=True)
class ScoreJob:
    """Scores other labels for persons whose features were kept.

    Args:
        assigned: Arguments of :class:`.Assignment`.
        request: What the results depend on, but for the video.
        features: Whose features they have to be.
        store: Folder of the corpus that they lie in.
    """

    assigned: dict[str, Any]
    request: dict[str, Any]
    features: dict[str, Any]
    store: Path

    def start(self) -> Look:
        """Build the model; nobody looks for persons.

        Raises:
            UserError: If it cannot be built, or cannot take the labels.
        """
        task = Assignment(**self.assigned)
        chosen = ActionModel.of(**task.models)
        device = task.options['device']
        infer = ActionInferencer(
            chosen.config, chosen.checkpoint, device, _nobody
        )
        labels = infer.question(
            task.labels if task.is_described else infer.describe(task.labels)
        )
        store = CorpusFolder(self.store)

        def look(video: Task) -> VideoActions:
            if store.status_of(video.key) == FAILED:
                told = store.head_of(video.key, FAILED)
                raise UserError(told['corpus']['error'])
            kept = KeptFeatures.load(store.features_of(video.key))
            require_made_by(self.store, kept.about['made_by'], self.features)
            found = kept.with_labels(infer, labels, **task.segments)
            request = kept.about['request'] | self.request
            return replace(found, request=request)

        return look


def require_made_by(
    store: Path, told: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """Refuse features that another model, or another look, has made.

    Args:
        store: Where they lie, for the message.
        told: What is told of them.
        wanted: What the model would tell.

    Raises:
        UserError: If they differ.
    """
    if differing := differing_keys(told, wanted):
        raise UserError(
            f'the features in {store} were made by another '
            f'{", ".join(differing)}: leave out --model, --config, '
            '--checkpoint and --clip, or look at the videos again'
        )


def _nobody(frames: Sequence[np.ndarray]) -> Sequence[PersonBoxes]:
    raise AssertionError('features are scored without a look')
