"""A diagnosis of the installation: what falls short, and what to do.

Everything is looked at by importing it in a function: what cannot be imported
is a finding, not an error.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

from stclip.utils.cores import cpu_has_bfloat16
from stclip.utils.resources import shipped

OK, NOTE, PROBLEM = 'ok', 'note', 'problem'
_PACKAGE = 'stclip'
# Other builds of the same module.
_ALTERNATIVES = MappingProxyType(
    {
        'mmcv-lite': ('mmcv',),
        'opencv-python': (
            'opencv-python-headless',
            'opencv-contrib-python',
            'opencv-contrib-python-headless',
        ),
    }
)
#: Decoders that videos of our data sets and of phones need.
DECODERS = ('h264', 'hevc', 'vp9', 'av1', 'mpeg4', 'mjpeg')
ENCODER = 'libx264'
_SHIPPED_WEIGHTS = (
    'data/pretrained/tiny_clip/tiny_clip.pt',
    'data/pretrained/tiny_person_detector/tiny_person_detector.pth',
)
_DOWNLOADED = Path('data/pretrained')
_WEIGHT_ENDINGS = ('.pt', '.pth', '.bin', '.safetensors')
_LOW_DISK_GB = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        level: ``'ok'``, ``'note'`` or ``'problem'``.
        topic: What it is about.
        text: What was found.
        advice: What to do; empty if nothing.
    """

    level: str
    topic: str
    text: str
    advice: str = ''

    def __str__(self) -> str:
        line = f'{self.level:<8} {self.topic}: {self.text}'
        return f'{line}. {self.advice}' if self.advice else line


def diagnose() -> Iterator[Finding]:
    """Look over the whole installation, from packages to free disk."""
    looks: tuple[Callable[[], Iterator[Finding]], ...] = (
        look_at_versions,
        look_at_operators,
        look_at_models,
        look_at_devices,
        look_at_codecs,
        look_at_weights,
        look_at_disk,
    )
    for look in looks:
        try:
            yield from look()
        except Exception as error:
            # Whatever it is, the rest is worth looking at.
            topic = look.__name__.removeprefix('look_at_')
            yield Finding(
                PROBLEM,
                topic,
                f'{type(error).__name__}: {" ".join(str(error).split())}',
                f'Install {_PACKAGE} anew: pip install --force-reinstall .',
            )


def look_at_versions(
    requirements: tuple[str, ...] | None = None,
) -> Iterator[Finding]:
    """Compare installed packages with the ranges that were run.

    Args:
        requirements: As in package metadata; those of stclip if ``None``.
    """
    from packaging.requirements import Requirement

    if requirements is None:
        try:
            requirements = tuple(metadata.requires(_PACKAGE) or ())
        except metadata.PackageNotFoundError:
            advice = 'pip install . in its checkout tells what it needs.'
            yield Finding(NOTE, _PACKAGE, 'is not installed', advice)
            return
    for line in requirements:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            bounds = sorted(map(str, requirement.specifier), reverse=True)
            yield _compare(requirement.name, ','.join(bounds))


def _compare(name: str, wanted: str) -> Finding:
    from packaging.specifiers import SpecifierSet

    for candidate in (name, *_ALTERNATIVES.get(name, ())):
        version = _version(candidate)
        if version is None:
            continue
        text = f'{version} (run with {wanted or "any"})'
        if SpecifierSet(wanted).contains(version, prereleases=True):
            return Finding(OK, candidate, text)
        advice = f'If something fails: pip install "{candidate}{wanted}"'
        return Finding(NOTE, candidate, text, advice)
    return Finding(
        PROBLEM, name, 'is missing', f'pip install "{name}{wanted}"'
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def look_at_operators() -> Iterator[Finding]:
    """Whether compiled operators load or the stand-ins do their work."""
    import torch
    import torchvision  # noqa: F401 loads them if they can be

    if hasattr(torch.ops.torchvision, 'roi_align'):
        yield Finding(OK, "torchvision's operators", 'load')
    else:
        yield Finding(
            NOTE,
            "torchvision's operators",
            'are made for another torch; ours in PyTorch stand in',
            'Slower, the same results; docs/compat.md.',
        )
    import mmcv._ext

    if Path(mmcv._ext.__file__).name == 'mmcv_ext.py':
        yield Finding(
            OK,
            "mmcv's operators",
            'are not compiled; ours do NMS and RoIAlign, all that '
            "mmdet's usual detectors need",
        )
    else:
        yield Finding(OK, "mmcv's operators", 'load')


def look_at_models() -> Iterator[Finding]:
    """Whether the packages that models are built of can be imported."""
    import mmaction.models
    import mmdet.models
    import open_clip

    for module in (mmaction.models, mmdet.models, open_clip):
        yield Finding(OK, module.__name__, 'is imported')


def look_at_devices() -> Iterator[Finding]:
    """Processors, and whether they compute in bfloat16 (``--amp``)."""
    import torch

    kind = (
        'in hardware'
        if cpu_has_bfloat16()
        else 'by software: --amp takes several times as long'
    )
    yield Finding(
        OK,
        'CPU',
        f'{os.cpu_count()} cores, {torch.get_num_threads()} threads, '
        f'{torch.backends.cpu.get_cpu_capability()}, bfloat16 {kind}',
    )
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    for index in range(count):
        memory = torch.cuda.get_device_properties(index).total_memory
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
        yield Finding(
            OK,
            f'cuda:{index}',
            f'{torch.cuda.get_device_name(index)}, {memory / 2**30:.0f} GiB, '
            f'bfloat16 {"in hardware" if fast else "emulated"}',
        )
    if count:
        return
    if Path('/proc/driver/nvidia/version').exists():
        yield Finding(
            NOTE,
            'CUDA',
            f'a driver is here, but torch {torch.__version__} does not use it',
            'Install a CUDA build of torch that fits the driver.',
        )
    else:
        yield Finding(OK, 'CUDA', 'no NVIDIA driver; everything runs on CPU')


def look_at_codecs() -> Iterator[Finding]:
    """What videos can be read and written."""
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    def has(name: str, mode: str) -> bool:
        try:
            Codec(name, mode)
        except UnknownCodecError:
            return False
        return True

    missing = [name for name in DECODERS if not has(name, 'r')]
    if missing:
        yield Finding(
            PROBLEM if 'h264' in missing else NOTE,
            'video decoders',
            f'{", ".join(missing)} missing',
            'pip install --force-reinstall av brings an FFmpeg that has them; '
            'or convert such videos to h264.',
        )
    else:
        yield Finding(OK, 'video decoders', ', '.join(DECODERS))
    if has(ENCODER, 'w'):
        yield Finding(OK, 'video encoder', ENCODER)
    else:
        yield Finding(
            PROBLEM,
            'video encoder',
            f'{ENCODER} missing: no annotated video can be written',
            'pip install --force-reinstall av brings an FFmpeg that has it.',
        )


def look_at_weights(
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Finding]:
    """Weights that come with the package and that were downloaded."""
    for name in _SHIPPED_WEIGHTS:
        file = shipped(name)
        if file.is_file():
            yield Finding(OK, file.name, str(file))
        else:
            advice = f'Install {_PACKAGE} anew: it belongs to the package.'
            yield Finding(PROBLEM, file.name, 'is missing', advice)
    cached = sorted(_cached_clips(environ))
    if cached:
        yield Finding(OK, 'CLIP weights in the cache', ', '.join(cached))
    else:
        yield Finding(
            NOTE,
            'CLIP weights in the cache',
            'none',
            'They are downloaded when first needed, as ViT-B-16-quickgelu '
            'with openai; offline give a file.',
        )
    files = sorted(
        path.name
        for path in _DOWNLOADED.glob('*')
        if path.suffix in _WEIGHT_ENDINGS
    )
    yield Finding(
        OK, f'weights in ./{_DOWNLOADED}', ', '.join(files) or 'none'
    )


def _cached_clips(environ: Mapping[str, str]) -> Iterator[str]:
    """Names in the two caches of open_clip."""
    home = Path.home()
    for path in (home / '.cache' / 'clip').glob('*'):
        if path.suffix in _WEIGHT_ENDINGS:
            yield path.name
    hub = environ.get('HF_HUB_CACHE')
    if hub is None:
        base = environ.get('HF_HOME') or home / '.cache' / 'huggingface'
        hub = Path(base) / 'hub'
    for path in Path(hub).glob('models--*'):
        if 'clip' in path.name.lower():
            yield path.name.removeprefix('models--').replace('--', '/')


def look_at_disk(folder: Path = Path()) -> Iterator[Finding]:
    """Free space where results and checkpoints go.

    Args:
        folder: The working folder.
    """
    free = shutil.disk_usage(folder).free / 2**30
    text = f'{free:.0f} GiB free in {folder.resolve()}'
    if free < _LOW_DISK_GB:
        advice = 'Checkpoints need a few GiB; give --work-dir elsewhere.'
        yield Finding(NOTE, 'disk', text, advice)
    else:
        yield Finding(OK, 'disk', text)
