"""Repairs of what breaks in the stack today; docs/compat.md explains each.

Every repair is inert where the real thing works: compiled operators of
torchvision or mmcv and a complete mmaction2 always come first. Installing
them imports nothing: each acts when what it repairs is imported.
"""

import warnings

from stclip.compat import stand_ins, torchvision_schemas


def install() -> None:
    """Install all repairs; a second call changes nothing."""
    # Of setuptools about mmengine: nobody who uses this package can mend it.
    warnings.filterwarnings('ignore', 'pkg_resources is', UserWarning)
    torchvision_schemas.install()
    stand_ins.install()
