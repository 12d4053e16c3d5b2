"""What ST-CLIP looks at in one keyframe, as numbers and as pictures.

Source: ST-CLIP, arXiv:2408.15996v1, Figs. 4 to 6, and Eq. (2) for time.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from torch import Tensor
from torch.nn import functional as F

from stclip.apis.inferencer import ActionInferencer
from stclip.apis.keyframe_stream import KeyframeStream
from stclip.apis.loading import load_config, model_class, pipeline_of
from stclip.apis.person_detectors import Detector
from stclip.datasets.transforms import boxes_in_square, window_indices
from stclip.datasets.transforms.window import window_end
from stclip.labels.label_space import LabelSpace
from stclip.models.st_clip import STCLIP
from stclip.models.st_clip.trace import Trace, text_sets, traced
from stclip.results.keyframe_actions import KeyframeActions
from stclip.utils.errors import UserError
from stclip.utils.io import write_json
from stclip.video import save_image
from stclip.visualization import (
    contact_sheet,
    draw_box,
    draw_tokens,
    principal_plane,
    save_projection,
)
from stclip.visualization.heat_map import overlay_heat

#: Persons that are drawn at most; the numbers are of all of them.
MAX_DRAWN = 8
_TILE_PX = 224


@dataclass(frozen=True)
class KeyframeView:
    """A keyframe of P persons, and what ST-CLIP did with it.

    Args:
        trace: What it did.
        found: Boxes and probabilities.
        labels: What these are of.
        window: Numbers of the T frames around it.
        times: Of these, in s; ``None`` where unknown.
        squares: Boxes on the picture that the model got, (P, 4) px.
        grid: Rows and columns of patches.
        facts: What the numbers begin with: plain values.
        banners: In few words, what cannot be trusted in it.
    """

    trace: Trace
    found: KeyframeActions
    labels: LabelSpace
    window: list[int]
    times: list[float | None]
    squares: np.ndarray
    grid: tuple[int, int]
    facts: dict[str, Any]
    banners: tuple[str, ...]

    @property
    def drawn(self) -> range:
        """Numbers of the persons that are drawn, from 0."""
        return range(min(len(self.found), MAX_DRAWN))

    def answer(self, person: int, class_name: str | None = None) -> str:
        """Who a person is, with the likeliest label or a given one."""
        probs = self.found.action_probs[person]
        names = self.labels.names
        label = (
            int(probs.argmax())
            if class_name is None
            else self.labels.index(class_name)
        )
        return f'person {person + 1}: {names[label]} {probs[label]:.2f}'


def view_keyframe(
    config: str | Path | Config,
    checkpoint: str | Path | None,
    video: str | Path,
    labels: LabelSpace,
    at_sec: float | None = None,
    detector: Detector | str | None = None,
    device: str | None = None,
    fps: float | None = None,
    needs: str | None = None,
) -> KeyframeView:
    """Score the persons of a frame, and watch how that is done.

    Args:
        config: Of a :class:`STCLIP`.
        checkpoint: See :class:`ActionInferencer`.
        video: Video file or folder of frames.
        labels: What persons are scored for.
        at_sec: Time of the keyframe from the first frame on; ``None`` for
            the first one. Of a folder it needs ``fps``.
        detector: See :class:`ActionInferencer`.
        device: Likewise.
        fps: Frames a second of a folder, if known.
        needs: What the model must have: ``'interest tokens'``,
            ``'prompting'``, ``'temporal attention'`` or ``None``.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If the model is no ST-CLIP or lacks what is needed, the
            video cannot be decoded, or nobody is found on the frame.
    """
    cfg = load_config(config)
    model_class(cfg, STCLIP)  # refuses others at once
    pipeline_of(cfg)
    _require(cfg, needs)
    infer = ActionInferencer(cfg, checkpoint, device, detector, batch_size=1)
    stream = infer.stream(
        video, labels, start_sec=at_sec, fps=fps, track=False
    )
    with traced(infer.model) as trace:
        found = next(stream, None)
    if found is None:
        raise UserError(f'{video} has no frame at {at_sec} s; give --at less')
    if not len(found):
        raise UserError(
            f'{video}: no person is found on frame {found.frame_idx}; give '
            'another --at, or a file of boxes as --detector'
        )
    told = dict(
        video=str(video),
        config=cfg.filename and str(cfg.filename),
        checkpoint=checkpoint and str(checkpoint),
    )
    return _view(infer, stream, trace, found, told)


def _view(
    infer: ActionInferencer,
    stream: KeyframeStream,
    trace: Trace,
    found: KeyframeActions,
    told: dict[str, Any],
) -> KeyframeView:
    """Put together what was seen; ``told`` begins the numbers."""
    loader, source = infer.loader, stream.source
    reach = loader.num_frames, loader.stride
    known = source.count(window_end(found.frame_idx, *reach))
    window = window_indices(found.frame_idx, known, *reach)
    size, mode = loader.geometry[:2]
    grid = infer.model.clip.grid
    names = stream.labels.names
    facts = dict(
        told,
        **found.to_json(names),
        labels=list(names),
        background=list(stream.background),
        window=window,
        picture=dict(size=size, resize=mode, patches=list(grid)),
        warnings=list(stream.warnings),
    )
    return KeyframeView(
        trace=trace,
        found=found,
        labels=stream.labels,
        window=window,
        times=[source.time_of(index) for index in window],
        squares=boxes_in_square(found.boxes_xyxy, stream.frame_hw, size, mode),
        grid=tuple(grid),
        facts=facts,
        banners=stream.banners,
    )


def _require(cfg: Config, needs: str | None) -> None:
    """Refuse a config without the part that is looked at."""
    model = cfg.model
    is_unprompted = model.get('prompted_layers') == 'none'
    lacks = {
        'interest tokens': is_unprompted
        or not model.get('num_interest_tokens'),
        'prompting': is_unprompted,
        'temporal attention': not (model.get('temporal') or {}).get(
            'num_layers', 1 if model.get('temporal') is not None else 0
        ),
    }
    keys = {
        'interest tokens': 'num_interest_tokens is 0, or no layer prompts',
        'prompting': "prompted_layers is 'none'",
        'temporal attention': 'temporal has no layer',
    }
    if needs and lacks[needs]:
        raise UserError(
            f'{cfg.filename or "the config"}: no {needs} to draw '
            f'({keys[needs]}); give a config with it, as '
            'configs/zs_stage_multi.py'
        )


def save_interest_tokens(
    view: KeyframeView, picture: Path, numbers: Path, class_name: str | None
) -> None:
    """Draw the tokens that each layer keeps for each person, Figs. 4 and 5.

    Args:
        view: What is drawn.
        picture: File, .png or .jpg: a row a person, a column a layer.
        numbers: File, .json: all tokens, most attended first.
        class_name: Label whose probability is written; the likeliest one if
            ``None``.
    """
    frame, factor = _tile(view.trace.pictures['keyframe'])
    images, captions = [], []
    for person in view.drawn:
        box = view.squares[person] * factor
        images.append(draw_box(frame, box))
        captions.append(view.answer(person, class_name))
        for layer, spotted in zip(
            view.trace.layers, view.trace.spotted, strict=True
        ):
            chosen = spotted[person, -math.prod(view.grid) :].numpy()
            tile = draw_tokens(frame, chosen.reshape(view.grid))
            images.append(draw_box(tile, box))
            captions.append(f'layer {layer}: {int(chosen.sum())} patches')
    columns = 1 + len(view.trace.layers)
    sheet = contact_sheet(images, captions, columns, _TILE_PX, view.banners)
    save_image(picture, sheet)
    write_json(numbers, view.facts | dict(layers=_token_rows(view)), indent=1)


def _token_rows(view: KeyframeView) -> list[dict[str, Any]]:
    rows = []
    for layer, spotted, importance in zip(
        view.trace.layers,
        view.trace.spotted,
        view.trace.importance,
        strict=True,
    ):
        persons = []
        for chosen, weights in zip(spotted, importance, strict=True):
            tokens = chosen.nonzero()[:, 0]
            tokens = tokens[weights[tokens].argsort(descending=True)]
            persons.append(
                dict(
                    tokens=tokens.tolist(),
                    attention=[round(w, 6) for w in weights[tokens].tolist()],
                )
            )
        rows.append(dict(layer=layer, persons=persons))
    return rows


def save_text_features(
    view: KeyframeView, picture: Path, numbers: Path
) -> None:
    """Draw the labels' texts before prompting and after each layer, Fig. 6.

    Unit vectors, as only angles count, in the plane of their principal
    components. The plane is one for all stages and persons.

    Args:
        view: What is drawn.
        picture: File, .png: a panel a stage.
        numbers: File, .json: the points, and the cosines of the labels.
    """
    names = [*view.labels.names, *view.facts['background']]
    units = F.normalize(text_sets(view.trace, len(names)), dim=-1)
    shared = units.shape[1] == 1 < len(view.found)
    owners = (
        ['all persons']
        if shared
        else [view.answer(person) for person in view.drawn]
    )
    points, shown = principal_plane(units.flatten(0, 2).numpy())
    points = points.reshape(*units.shape[:3], 2)
    cosines = units @ units.transpose(-1, -2)
    means = [_mean_beside_itself(stage) for stage in cosines]
    stages = ['CLIP', *(f'layer {layer}' for layer in view.trace.layers)]
    titles = [
        f'{stage}: mean cosine {mean:.2f}'
        for stage, mean in zip(stages, means, strict=True)
    ]
    note = (
        f'Principal components, {shown:.0%} of the variance of '
        f'{units.shape[-1]} dimensions: near points may be far apart, and '
        'no distance here is a score'
    )
    drawn = points[:, : len(owners)]
    save_projection(picture, drawn, titles, names, owners, note, view.banners)
    told = [
        dict(
            stage=stage,
            mean_cosine=round(mean, 6),
            persons=[
                dict(points=_rounded(xy), cosines=_rounded(angles))
                for xy, angles in zip(each, cosine, strict=True)
            ],
        )
        for stage, mean, each, cosine in zip(
            stages, means, points, cosines.numpy(), strict=True
        )
    ]
    shares = dict(method='PCA of unit vectors', variance=round(shown, 6))
    numbers_of = dict(projection=shares, labels=names, stages=told)
    write_json(numbers, view.facts | numbers_of, indent=1)


def _mean_beside_itself(cosines: Tensor) -> float:
    """(P, C, C) -> mean of different labels' cosines; 1 for one label."""
    count = cosines.shape[-1]
    if count == 1:
        return 1.0
    other = ~torch.eye(count, dtype=torch.bool)
    return float(cosines[:, other].mean())


def save_temporal(view: KeyframeView, picture: Path, numbers: Path) -> None:
    """Draw how much each frame of the window counts, Eq. (2).

    Args:
        view: What is drawn.
        picture: File, .png or .jpg: the frames, and under them the weight
            of each at each patch.
        numbers: File, .json: the weights.
    """
    weights = view.trace.frame_weights
    means = weights.mean(dim=1).tolist()
    heat = weights.unflatten(1, view.grid).numpy()
    low, high = float(heat.min()), float(heat.max())
    frames = [_tile(one)[0] for one in view.trace.pictures['context']]
    marked = [
        f'#{index}'
        + ('' if time is None else f', {time:.2f} s')
        + ' (keyframe)' * (index == view.found.frame_idx)
        for index, time in zip(view.window, view.times, strict=True)
    ]
    tinted = [
        overlay_heat(frame, one, (low, high))
        for frame, one in zip(frames, heat, strict=True)
    ]
    captions = [
        f'weight {mean:.3f} ({one.min():.2f}-{one.max():.2f})'
        for mean, one in zip(means, heat, strict=True)
    ]
    sheet = contact_sheet(
        [*frames, *tinted],
        [*marked, *captions],
        len(frames),
        _TILE_PX,
        view.banners,
    )
    save_image(picture, sheet)
    told = dict(weights=_rounded(means), weights_of_patches=_rounded(heat))
    write_json(numbers, view.facts | told, indent=1)


def _tile(picture: Tensor) -> tuple[np.ndarray, float]:
    """(3, S, S) uint8 -> (H, W, 3) of a tile's width, and the factor."""
    image = picture.permute(1, 2, 0).cpu().numpy()
    size = (_TILE_PX, _TILE_PX)
    return cv2.resize(image, size), _TILE_PX / image.shape[1]


def _rounded(values: Any) -> Any:
    return np.asarray(values, np.float64).round(6).tolist()


#: Name of a view -> what the model needs for it, and who draws it.
VIEWS: dict[str, tuple[str, Callable[..., None]]] = {
    'interest-tokens': ('interest tokens', save_interest_tokens),
    'text-features': ('prompting', save_text_features),
    'temporal': ('temporal attention', save_temporal),
}
