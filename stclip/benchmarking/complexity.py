"""Parameters and multiply-adds of every method, ST-CLIP's Table 6.

Counted as that table does: a video of J-HMDB with 40 frames and a person in
each, the texts of the 6 unseen classes of label split 1, without the person
detector. A multiply-add counts once, an element of a layer norm five times.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from tqdm import tqdm

from stclip.benchmarking.accuracy.tables import markdown
from stclip.engine.config_options import lay_over
from stclip.knowledge.describe import describe
from stclip.labels.label_space import LabelSpace
from stclip.labels.label_split import read_label_split
from stclip.models.clip import CLIPBackbone
from stclip.models.detection import KeyframeBatch, VideoLabelDetector
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.detection.shared_pictures import SharedPictures
from stclip.models.openmixer import OpenMixer
from stclip.models.recognition import VideoTextRecognizer
from stclip.registry import DEFAULT_SCOPE, MODELS, TRANSFORMS
from stclip.utils.config_types import type_name
from stclip.utils.errors import UserError
from stclip.utils.resources import shipped
from stclip.utils.text_file import read_yaml

#: Of the video.
NUM_FRAMES = 40
_SPLIT = 'data/splits/zs_jhmdb/split1.yaml'
_WINDOW = 9
_WINDOW_OF_OPENMIXER = 16
_GIGA, _MEGA = 1e9, 1e6
_OF_LAYER_NORM = 5
# Key of a published figure -> how its explanation calls it.
_UNITS = dict(parameters='parameters, M', gmacs='GMACs')
# A step of a pipeline that adds to the labels what a method reads.
_DESCRIBES = 'DescribeLabels'


@dataclass(frozen=True)
class Row:
    """A row of configs/benchmarks/complexity.yaml.

    Args:
        config: Below configs/, without its suffix.
        set: Values that differ from the config's, by dotted key.
        encodes: How many plain encodes of an image are in what is counted of
            a keyframe (or a video, of a recogniser).
        images: How many the paper counts for the whole video.
        prompts: Texts that the paper counts.
        published: ``parameters`` (M) and ``gmacs`` that it prints.
        why: What ours and its count differ by.
        more: How much more the published figures are than what is counted, by
            reason, for each key of ``published``.
    """

    config: str
    prompts: int
    set: Mapping[str, Any] | None = None
    encodes: int = 0
    images: int = 0
    published: Mapping[str, float] | None = None
    why: str = ''
    more: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        """Why, and what the published figures have beside what is counted."""
        told = [self.why] if self.why else []
        for key, reasons in self.more.items():
            amounts = '; '.join(
                f'{amount:+.2f} {reason}' for reason, amount in reasons.items()
            )
            told.append(f"in the paper's {_UNITS[key]}: {amounts}")
        return '. '.join(told)


def read_rows() -> dict[str, Row]:
    """All rows by title.

    Raises:
        UserError: If a row has an unknown key.
    """
    path = shipped('configs/benchmarks/complexity.yaml')
    try:
        return {k: Row(**values) for k, values in read_yaml(path).items()}
    except TypeError as error:
        raise UserError(f'{path}: {error}') from error


def multiply_adds(compute: Callable[[], Any]) -> int:
    """How many a computation on the CPU takes.

    Args:
        compute: Called once, without gradients unless it enables them.
    """

    def of_layer_norm(shape: tuple[int, ...], *_: Any, **__: Any) -> int:
        return 2 * _OF_LAYER_NORM * torch.Size(shape).numel()

    mapping = {torch.ops.aten.native_layer_norm: of_layer_norm}
    counter = FlopCounterMode(display=False, custom_mapping=mapping)
    # The fused kernels and torch's fast path of attention are not counted.
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with counter, sdpa_kernel(SDPBackend.MATH), torch.no_grad():
            compute()
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return counter.get_total_flops() // 2


@dataclass(frozen=True)
class Complexity:
    """Of one method.

    Args:
        parameters: That are trained.
        ours: Multiply-adds of our forward pass for the whole video.
        by_paper: Those that the paper's way of counting comes to.
    """

    parameters: int
    ours: int
    by_paper: int


@dataclass(frozen=True)
class Unit:
    """What a method computes at once: a keyframe, or a recogniser's video.

    Args:
        number: Of them in the video.
        encode_text: What the method makes of labels.
        score: Its logits, of that text.
    """

    number: int
    encode_text: Callable[[LabelSpace], Any]
    score: Callable[[Any], Tensor]


def unit_of(model: nn.Module, batch_size: int = 1) -> Unit:
    """Black pictures for a method, on its device.

    Args:
        model: A detector or a recogniser.
        batch_size: Keyframes, of a person each, or videos.
    """
    clip = clip_of(model)
    size = clip.image_size
    weight = clip.model.logit_scale
    pictures = weight.new_zeros(batch_size, 3, size, size)
    if isinstance(model, VideoTextRecognizer):
        videos = pictures[:, None].repeat(1, model.num_frames, 1, 1, 1)
        return Unit(1, model.text, lambda text: model.logits(videos, text))
    if isinstance(model, OpenMixer):
        clips = SharedPictures(
            pictures[:, None].repeat(1, _WINDOW_OF_OPENMIXER, 1, 1, 1)
        )
        return Unit(
            NUM_FRAMES,
            model.encode_labels,
            lambda text: model.answers(clips, text, [])[-1].actions,
        )
    windows = pictures[:, None].repeat(1, _WINDOW, 1, 1, 1)
    persons = PersonLayout.from_counts([1] * batch_size, weight.device)
    seen = SharedPictures(pictures)
    batch = KeyframeBatch(seen, SharedPictures(windows), None, seen, persons)
    return Unit(
        NUM_FRAMES,
        model.encode_labels,
        lambda text: model.person_logits(batch, text),
    )


def complexity(row: Row, model: nn.Module, labels: LabelSpace) -> Complexity:
    """Count a method.

    Args:
        row: What the paper counts.
        model: A detector or a recogniser, on the CPU.
        labels: The classes.
    """
    model.eval()
    clip, unit = clip_of(model), unit_of(model)
    size = clip.image_size
    picture = torch.zeros(1, 3, size, size)
    of_text = multiply_adds(lambda: unit.encode_text(labels))
    text = unit.encode_text(labels)
    of_unit = multiply_adds(lambda: unit.score(text))
    of_encode = multiply_adds(lambda: clip.encode_images(picture))
    own = of_unit - row.encodes * of_encode
    image, prompt = _of_clip(clip, picture)
    return Complexity(
        num_trained(model),
        of_text + unit.number * of_unit,
        row.images * image + row.prompts * prompt + unit.number * own,
    )


def num_trained(model: nn.Module) -> int:
    """Parameters that training changes."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def _of_clip(clip: CLIPBackbone, picture: Tensor) -> tuple[int, int]:
    """Multiply-adds of CLIP's own encoders, a picture's and a text's.

    All tokens of all layers count, and all that a text may have.
    """
    tokens = torch.zeros(1, clip.model.context_length, dtype=torch.int64)
    return (
        multiply_adds(lambda: clip.model.visual(picture)),
        multiply_adds(lambda: clip.model.encode_text(tokens)),
    )


def clip_of(model: nn.Module) -> CLIPBackbone:
    """The one CLIP of a model, wherever it is."""
    found = [m for m in model.modules() if isinstance(m, CLIPBackbone)]
    return found[0]


def described(labels: LabelSpace, cfg: Config) -> LabelSpace:
    """Labels with what a config's test data add to them."""
    dataset = cfg.test_dataloader.dataset
    files = [dataset.get(key) for key in ('attribute_file', 'graph_file')]
    labels = describe(labels, *(str(shipped(f)) if f else '' for f in files))
    for step in dataset.pipeline:
        if type_name(step['type']) == _DESCRIBES:
            results = TRANSFORMS.build(step)(dict(label_space=labels))
            labels = results['label_space']
    return labels


def table() -> str:
    """Every row, counted; the published figures beside it."""
    rows = read_rows()
    labels = unseen_labels()
    lines = [
        _line(title, row, _count(row, labels))
        for title, row in tqdm(rows.items(), 'counting')
    ]
    heads = (
        'method',
        'trained, M',
        'paper',
        'GMACs, ours',
        "by the paper's count",
        'paper',
        '',
    )
    return markdown(
        f'{NUM_FRAMES} frames, a person in each, {len(labels)} classes',
        heads,
        lines,
    )


def _count(row: Row, labels: LabelSpace) -> Complexity:
    model, labels = build(row, labels)
    return complexity(row, model, labels)


def build(row: Row, labels: LabelSpace) -> tuple[nn.Module, LabelSpace]:
    """A row's model with random weights, and what it reads of labels."""
    cfg = Config.fromfile(shipped(f'configs/{row.config}.py'))
    lay_over(cfg, row.set or {})
    model = bare_model(cfg)
    if isinstance(model, VideoLabelDetector):
        model = model.recognizer  # which sees a video once
    return model, described(labels, cfg)


def bare_model(cfg: Config) -> nn.Module:
    """A config's model with random weights, which change no count."""
    with DefaultScope.overwrite_default_scope(DEFAULT_SCOPE):
        kind = MODELS.get(cfg.model.type)
        return MODELS.build(kind.without_pretrained(cfg.model)).eval()


def unseen_labels() -> LabelSpace:
    """J-HMDB's unseen classes of label split 1."""
    return LabelSpace(read_label_split(shipped(_SPLIT)).test)


def _line(title: str, row: Row, found: Complexity) -> tuple[str, ...]:
    paper = row.published or {}
    return (
        title,
        f'{found.parameters / _MEGA:.2f}',
        f'{paper["parameters"]:.2f}' if 'parameters' in paper else '-',
        f'{found.ours / _GIGA:.2f}',
        f'{found.by_paper / _GIGA:.2f}',
        f'{paper["gmacs"]:.2f}' if 'gmacs' in paper else '-',
        row.explanation,
    )
