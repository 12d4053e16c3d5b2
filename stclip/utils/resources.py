"""Files that come with the package: configs, label lists, small weights.

In a checkout they lie beside the package, in an installed one below
``stclip/.mim``, as in every package of OpenMMLab.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
#: OpenMMLab's way to name a config of an installed package.
SCOPE = 'stclip::'


def shipped(path: str | Path) -> Path:
    """Where a file that comes with the package lies.

    Args:
        path: Below the top level, as ``data/labels/ava80.txt``.
    """
    installed = _PACKAGE / '.mim'
    return (installed if installed.is_dir() else _PACKAGE.parent) / path


def resolve(path: str | Path) -> Path:
    """Where a file lies that may be the user's or the package's.

    Args:
        path: Absolute, or relative to the working folder, or a name of
            :func:`shipped`. Configs go by ``zs_stage_single.py`` and
            ``stclip::zs_stage_single.py`` as well.

    Returns:
        The path itself where it exists or nothing of that name is shipped.
    """
    name = str(path)
    if name.startswith(SCOPE):
        return shipped('configs') / name.removeprefix(SCOPE)
    path = Path(path)
    if path.is_absolute() or path.exists():
        return path
    candidates = (shipped(path), shipped('configs') / path)
    return next((file for file in candidates if file.exists()), path)
