"""Stand-ins for modules that an installed package lacks.

The finder goes to the end of ``sys.meta_path``: it is asked only for modules
that nobody else has, so a compiled mmcv or a mended mmaction2 is always
preferred and nothing is patched.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

_FOLDER = Path(__file__).parent

_FILES = {
    'mmcv._ext': _FOLDER / 'mmcv_ext.py',
    'mmaction.models.localizers.drn': _FOLDER / 'drn' / '__init__.py',
}


class StandInFinder(MetaPathFinder):
    """Find a stand-in by the name of the module it replaces."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the stand-in's spec, None for any other module."""
        file = _FILES.get(fullname)
        if file is None:
            return None
        is_package = file.name == '__init__.py'
        return importlib.util.spec_from_file_location(
            fullname,
            file,
            submodule_search_locations=[str(file.parent)]
            if is_package
            else None,
        )


def install() -> None:
    """Append the finder once."""
    if not any(isinstance(f, StandInFinder) for f in sys.meta_path):
        sys.meta_path.append(StandInFinder())
