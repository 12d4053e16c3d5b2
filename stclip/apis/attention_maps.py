"""Attention maps of DA-STI and plain CLIP, for labels in plain words.

Source: DA-STI, arXiv:2510.27255, Fig. 6 and Sec. 4.6.2.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.logging import print_log
from mmengine.registry import DefaultScope
from torch import Tensor
from torch.nn import functional as F

from stclip.apis.loading import (
    build_model,
    choose_device,
    load_config,
    model_class,
    pipeline_of,
)
from stclip.engine.caveats import (
    Caveat,
    demo_weights,
    single_label,
    untrained,
    wrong_normalisation,
)
from stclip.engine.demo_weights import knows_rendered_only
from stclip.labels.label_space import LabelSpace
from stclip.models.da_sti.attribute_text import ClassText, compose_sentences
from stclip.models.da_sti.recognizer import DASTIRecognizer
from stclip.registry import DEFAULT_SCOPE, MODELS, TRANSFORMS
from stclip.utils.errors import UserError
from stclip.visualization import Attention, AttentionRow

# Steps of a test pipeline that read less than this project's own can.
_READERS = dict(DecordInit='VideoInit', DecordDecode='VideoDecode')
# Values of patches for the text of one class: (T, N, Dt) -> (T, N).
_HeatOf = Callable[[DASTIRecognizer, Tensor, ClassText], Tensor]


def explain_video(
    config: str | Path | Config,
    checkpoint: str | Path | None,
    video: str | Path,
    labels: LabelSpace,
    class_name: str | None = None,
    device: str | None = None,
    fps: float | None = None,
) -> Attention:
    """Look at the frames that the config's test pipeline samples.

    CLIP is the config's, with its own weights also where the checkpoint has
    trained them further.

    Args:
        config: Config of a :class:`DASTIRecognizer` with the spatial
            interaction.
        checkpoint: File that training saved. Without one the model keeps
            CLIP's weights, and all else in it is untrained.
        video: Video file or folder of frames.
        labels: Action names, with keywords where there are any.
        class_name: The one that is looked for; ours likeliest if ``None``.
        device: Where the models run; ``None`` for a GPU if there is one.
        fps: Frames a second of a folder, if known.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If the video cannot be decoded, the class is not among
            the labels, config or checkpoint do not fit, or the config is
            of co-attention.
    """
    cfg = load_config(config)
    model_class(cfg, DASTIRecognizer)  # refuses others at once
    _require_maps(cfg)
    wanted = None if class_name is None else labels.index(class_name)
    device = choose_device(device)
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        loaded = _load(cfg, video, labels, fps)
    # First what may not fit, then CLIP as it is.
    trained = build_model(cfg, DASTIRecognizer, checkpoint).to(device).eval()
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        plain = MODELS.build(_plain_clip(cfg.model)).to(device).eval()
    caveats = _caveats(cfg, trained, checkpoint, video, labels)
    with torch.inference_mode():
        clip, ours = (
            _look(m, loaded.sample, labels) for m in (plain, trained)
        )
        if wanted is None:
            wanted = int(ours.probs.argmax())
        name = labels.names[wanted]
        rows = (
            clip.row('CLIP', labels, wanted, _clip_heat),
            ours.row('ours', labels, wanted, _word_heat),
        )
    return Attention(
        class_name=name,
        sentence=_sentence(trained, labels.subset([name])),
        frames=loaded.sample['inputs'].numpy().transpose(0, 2, 3, 1),
        captions=loaded.captions,
        rows=rows,
        banners=tuple(caveat.banner for caveat in caveats),
    )


def _caveats(
    cfg: Config,
    model: DASTIRecognizer,
    checkpoint: str | Path | None,
    video: str | Path,
    labels: LabelSpace,
) -> list[Caveat]:
    """What the maps cannot be trusted for; said where nobody has yet."""
    new = [
        *demo_weights(
            ['small CLIP'] if knows_rendered_only(model) else [], video
        ),
        *single_label(labels),
    ]
    for caveat in new:
        print_log(caveat.message, 'current', logging.WARNING)
    known = wrong_normalisation(cfg.model)
    if checkpoint is None:
        known += untrained(model)
    return [*known, *new]


@dataclass(frozen=True)
class _Loaded:
    """A sample as the test pipeline packs it; what its frames are called."""

    sample: dict[str, Any]
    captions: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """A video and all labels in a model's eyes; B is 1."""

    model: DASTIRecognizer
    frames: Tensor
    patches: Tensor
    text: ClassText
    probs: Tensor

    def row(
        self, name: str, labels: LabelSpace, class_idx: int, heat_of: _HeatOf
    ) -> AttentionRow:
        """What there is to draw for one class."""
        chosen = torch.tensor([class_idx], device=self.probs.device)
        text = self.text.select(chosen)
        heat = heat_of(self.model, self.patches[0], text)
        heat = heat.unflatten(-1, self.model.clip.grid)
        frames = F.normalize(self.frames.float(), dim=-1)
        saliency = self.model.interaction.saliency(
            frames, self.patches, text.words
        )
        return AttentionRow(
            name=name,
            heat=heat.cpu().numpy(),
            saliency=saliency.weights[0, 0].cpu().numpy(),
            scores=dict(zip(labels.names, self.probs.tolist(), strict=True)),
        )


def _word_heat(
    model: DASTIRecognizer, patches: Tensor, text: ClassText
) -> Tensor:
    return model.interaction.patch_heat(patches, text.words.embeddings)


def _clip_heat(_: DASTIRecognizer, patches: Tensor, text: ClassText) -> Tensor:
    """Cosines of patches and the class: all that CLIP has to show."""
    patches = F.normalize(patches, dim=-1)
    return patches @ F.normalize(text.classes[0], dim=-1)


def _look(
    model: DASTIRecognizer, sample: dict[str, Any], labels: LabelSpace
) -> _Seen:
    videos = model.data_preprocessor(pseudo_collate([sample]))['inputs']
    if videos.shape[1] != model.num_frames:
        raise UserError(
            f'the test pipeline of the config gives {videos.shape[1]} frames, '
            f'which is not one view of {model.num_frames}'
        )
    frames, patches = model.encode_videos(videos)
    text = model.text(labels)
    scores = model.interaction(frames, patches, text)
    probs = (model.clip.logit_scale * scores)[0].softmax(dim=-1)
    return _Seen(model, frames, patches, text, probs)


def _plain_clip(model: dict[str, Any]) -> dict[str, Any]:
    """The model of a config without all that DA-STI adds."""
    return dict(
        model,
        num_attributes=0,
        temporal_layers=0,
        interaction=dict(spatial=False, temporal=False),
    )


def _require_maps(cfg: Config) -> None:
    """UserError for co-attention, after which no frame has one map."""
    fusion = cfg.model.get('fusion', 'st')
    if fusion != 'st':
        raise UserError(
            "attention maps are of model.fusion='st' alone, "
            f'{cfg.filename or "the config"} has {fusion!r}'
        )


def _load(
    cfg: Config, video: str | Path, labels: LabelSpace, fps: float | None
) -> _Loaded:
    """Sample a video as in testing, with other labels."""
    steps = [
        TRANSFORMS.build(dict(step, type=_READERS.get(step.type, step.type)))
        for step in pipeline_of(cfg)
        if not step.type.endswith('AddLabelSpace')
    ]
    results = dict(
        filename=str(video), modality='RGB', label_space=labels, fps=fps
    )
    for step in steps[:-1]:
        results = step(results)
    captions = [
        f'#{index}' if time is None else f'#{index}, {time:.1f} s'
        for index, time in zip(
            results['frame_inds'], results['frame_times'], strict=True
        )
    ]
    return _Loaded(steps[-1](results), tuple(captions))


def _sentence(model: DASTIRecognizer, label: LabelSpace) -> str:
    """What the model reads of a class: only the keywords that fit."""
    tokenizer = model.clip.tokenizer
    sentences = compose_sentences(label, model.num_attributes, tokenizer)
    ids = sentences.ids[0, 1 : sentences.ends[0]]
    text = tokenizer.decode(ids.tolist())
    return re.sub(r' (?=[,.])', '', text.strip())
