"""Export of a detector's scoring, to be run without this package."""

import copy
import json
import logging
import os
import shutil
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.logging import print_log
from torch import Tensor

import stclip
from stclip.apis.action_models import ActionModel
from stclip.apis.loading import (
    build_model,
    build_steps,
    load_config,
    model_class,
    pipeline_of,
)
from stclip.apis.model_index import is_indexed
from stclip.apis.onnx_int8 import quantise, require_quantiser
from stclip.datasets.transforms import LoadKeyframe
from stclip.engine.caveats import single_label, untrained, wrong_normalisation
from stclip.engine.demo_weights import knows_rendered_only
from stclip.engine.pictures import fit_steps
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import CLIPBackbone
from stclip.models.detection.base import CLIPDetector
from stclip.models.detection.keyframe_scoring import KeyframeScoring
from stclip.utils.choices import require_choice
from stclip.utils.errors import UserError
from stclip.utils.io import atomic_write, name_beside, write_json
from stclip.utils.outputs import new_results
from stclip.video.rendered import ZS_STAGE

#: Form -> ending of its file.
FORMS = {'torch': '.pt2', 'onnx': '.onnx', 'onnx-int8': '.onnx'}
#: What the description is called inside of the file.
CARD = 'stclip.json'
_OUTPUTS = ('probs', 'logits')
_MAX_PERSONS, _MAX_LABELS = 512, 65536


def export_scoring(
    config: str | Path | Config,
    checkpoint: str | Path | None,
    labels: LabelSpace,
    form: str,
    out: str | Path,
    overwrite: bool = False,
) -> list[Path]:
    """Write a detector's scoring as a program, and what goes with it.

    Args:
        config: Name of a model in the index, or config, of ST-CLIP or plain
            CLIP.
        checkpoint: File that training saved; see :class:`ActionInferencer`.
        labels: Whose text features go with it; the program takes others.
        form: Key of :data:`FORMS`: a program of ``torch.export``, or ONNX,
            in float32 or with products in int8.
        out: The file. Beside it lie its description, ``.json``, and the text
            features of the labels, ``.npy``; behind an ONNX file of more
            than 2 GB its weights, ``.onnx.data``.
        overwrite: Whether they may replace others.

    Returns:
        The files.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If the model is none of those, the labels need more than
            one softmax or sigmoids, ONNX is not installed, or nothing can be
            written.
    """
    require_choice('format', form, tuple(FORMS))
    path = Path(out)
    if path.suffix != FORMS[form]:
        raise UserError(
            f'{out}: give a name that ends in {FORMS[form]} for {form}'
        )
    independent = _is_independent(labels)
    if form != 'torch':
        _require_onnx()
    if form == 'onnx-int8':
        require_quantiser()
    if isinstance(config, str) and is_indexed(config):
        chosen = ActionModel.of(config)
        config, checkpoint = chosen.config, checkpoint or chosen.checkpoint
    cfg = load_config(config)
    model_class(cfg, CLIPDetector)  # refuses others at once
    pipeline = copy.deepcopy(pipeline_of(cfg))
    fit_steps(pipeline, cfg.model)
    loader = build_steps(pipeline)[0]
    card, text = path.with_suffix('.json'), path.with_suffix('.npy')
    data = path.with_name(f'{path.name}.data')
    with new_results(
        (path, card, text, data), (cfg.filename, checkpoint), overwrite
    ):
        model = build_model(cfg, CLIPDetector, checkpoint).eval()
        with torch.no_grad():
            features = model.encode_labels(labels)
        described = _described(model, loader, labels, independent)
        described |= dict(
            config=cfg.filename and str(cfg.filename),
            checkpoint=checkpoint and str(checkpoint),
            warnings=_warnings(cfg, model, checkpoint, labels),
        )
        model.clip.settle()
        program = _program(model, features, loader, independent)
        _WRITERS[form](program, path, described)
        write_json(card, described, indent=1)
        with atomic_write(text, 'wb') as file:
            np.save(file, features.numpy())
    return [file for file in (path, data, card, text) if file.exists()]


def _is_independent(labels: LabelSpace) -> bool:
    """Whether labels have a sigmoid each; refused if they have more kinds."""
    asked = labels.answers
    if not labels.behind and not any(labels.exclusive):
        return True
    # Beside background words, one independent label competes with these.
    one_softmax = all(labels.exclusive) or len(asked) == 1
    if not one_softmax or len(set(labels.groups)) > 1:
        raise UserError(
            'an exported model has one softmax over all labels, or a sigmoid '
            'for each: give labels in one group, all or none independent'
        )
    return False


def _require_onnx() -> None:
    for name in ('onnx', 'onnxscript'):
        try:
            import_module(name)
        except ImportError as error:
            raise UserError(
                f"{name} is not installed: pip install 'stclip[export]', or "
                'take --format torch'
            ) from error


def _warnings(
    cfg: Config,
    model: CLIPDetector,
    checkpoint: str | Path | None,
    labels: LabelSpace,
) -> list[str]:
    """What scores of the program cannot be trusted for; said here, too."""
    told = [caveat.message for caveat in wrong_normalisation(cfg.model)]
    told += model.label_warnings(labels)
    if checkpoint is None:
        told += [caveat.message for caveat in untrained(model)]
    new = [caveat.message for caveat in single_label(labels)]
    if knows_rendered_only(model):
        new.append(
            'small demo weights: the CLIP of the project knows rendered people'
            f' of {ZS_STAGE} only, so scores of other pictures mean nothing'
        )
    for line in new:
        print_log(line, 'current', logging.WARNING)
    return told + new


def _described(
    model: CLIPDetector,
    loader: LoadKeyframe,
    labels: LabelSpace,
    independent: bool,
) -> dict[str, Any]:
    """All that has to be known to run the program; plain values."""
    size, mode, interpolation, pad_colour = loader.geometry
    pictures = model.data_preprocessor
    return dict(
        form='stclip scoring 1',
        model=type(model).__name__,
        labels=list(labels.names),
        background=list(labels.behind),
        scores='sigmoid' if independent else 'softmax',
        text_width=model.clip.joint_width,
        num_frames=loader.num_frames if model.reads_window else 1,
        frame_interval=loader.stride,
        size=size,
        resize=mode,
        interpolation=interpolation,
        pad_colour=list(pad_colour),
        mean=_rounded(pictures.mean),
        std=_rounded(pictures.std),
        normalisation='in the program: give uint8 RGB',
        versions=dict(stclip=stclip.__version__, torch=torch.__version__),
    )


def _rounded(channels: Tensor) -> list[float]:
    return [round(value, 4) for value in channels.flatten().tolist()]


def _require_tokens(clip: CLIPBackbone, spotted: int) -> None:
    """A program spots the same number on every picture."""
    smallest = clip.num_prefix + clip.num_patches
    if spotted > smallest:
        raise UserError(
            f'num_interest_tokens is {spotted}, but a picture without persons '
            f'has {smallest} tokens: set it to 0 (all) or at most that'
        )


def _program(
    model: CLIPDetector,
    text: Tensor,
    loader: LoadKeyframe,
    independent: bool,
) -> torch.export.ExportedProgram:
    """The scoring of a keyframe, for any persons, labels and frames."""
    spotted = getattr(model, 'num_interest_tokens', 0)
    if spotted:
        _require_tokens(model.clip, spotted)

    def pictures(*shape: int) -> Tensor:
        shape = (*shape, 3, loader.size, loader.size)
        return torch.zeros(shape, dtype=torch.uint8)

    dim = torch.export.Dim
    # Sizes that are no exception: of 0 and 1 PyTorch may make constants.
    example = dict(
        keyframe=pictures(),
        crops=pictures(3),
        text=text[:1].repeat(2, 1),
    )
    sizes = dict(
        keyframe=None,
        crops={0: dim('persons', min=0, max=_MAX_PERSONS)},
        text={0: dim('labels', min=1, max=_MAX_LABELS)},
    )
    if model.reads_window:
        num_frames = loader.num_frames
        example['context'] = pictures(num_frames)
        sizes['context'] = (
            {0: dim('frames', min=1, max=num_frames)}
            if num_frames > 1
            else None
        )
    # PyTorch warns of its own code.
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter('ignore', FutureWarning)
        return torch.export.export(
            KeyframeScoring(model, independent).eval(),
            (),
            example,
            dynamic_shapes=sizes,
        )


def _write_torch(
    program: torch.export.ExportedProgram, path: Path, card: dict[str, Any]
) -> None:
    with atomic_write(path, 'wb') as file:
        text = json.dumps(card)
        torch.export.save(program, file, extra_files={CARD: text})


def _write_onnx(
    program: torch.export.ExportedProgram,
    path: Path,
    card: dict[str, Any],
    in_int8: bool = False,
) -> None:
    _, example = program.example_inputs
    names = {'crops': 'persons', 'text': 'labels', 'context': 'frames'}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', FutureWarning)
        written = torch.onnx.export(
            program,
            (),
            kwargs=example,
            dynamo=True,
            verbose=False,
            input_names=list(example),
            output_names=list(_OUTPUTS),
            dynamic_shapes={
                name: {0: names[name]} if name in names else None
                for name in example
            },
        )
    written.model.metadata_props[CARD] = json.dumps(card)
    # Nobody else writes this file: a folder of the name is of a killed export.
    folder = path.with_name(name_beside(path, '.parts'))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        # Weights of more than 2 GB go to a file of their own, which is
        # called by its name.
        written.save(folder / path.name)
        whole = folder
        if in_int8:
            whole = folder / 'int8'
            whole.mkdir()
            quantise(folder / path.name, whole / path.name)
        files = sorted(whole.iterdir(), reverse=True)
        for file in files:  # weights first
            os.replace(file, path.with_name(file.name))
        if len(files) == 1:  # what an earlier export may have left
            path.with_name(f'{path.name}.data').unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder)


_WRITERS: dict[str, Callable[..., None]] = {
    'torch': _write_torch,
    'onnx': _write_onnx,
    'onnx-int8': partial(_write_onnx, in_int8=True),
}
