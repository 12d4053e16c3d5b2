"""Config files, and the faults of those that cannot be read."""

import ast
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

import yaml
from mmengine.config import Config
from mmengine.fileio import YamlHandler, register_handler
from mmengine.utils import import_modules_from_strings

from stclip.utils.decoding import byte_order_mark
from stclip.utils.errors import MissingFileError, UserError
from stclip.utils.io import require_file
from stclip.utils.resources import SCOPE, resolve
from stclip.utils.text_file import parse_yaml, read_text


def read_config(path: str | Path) -> Config:
    """Read a config file with all of its bases.

    Modules that it wants imported are imported by
    :func:`import_custom_modules`, when its parts are built.

    Args:
        path: The user's, or that of a config that comes with the package.

    Raises:
        MissingFileError: If it or a base of it does not exist.
        UserError: If it or a base of it cannot be run; file and line are
            named.
    """
    file = require_file(resolve(path), 'Configs lie in configs/.')
    try:
        with _bases_of_the_package():
            return Config.fromfile(file, import_custom_modules=False)
    except FileNotFoundError as error:
        raise MissingFileError(f'{file}, or a base of it: {error}') from error
    except yaml.YAMLError as error:
        raise UserError(
            f'{file}, or a base of it, must hold mappings, lists, texts and '
            f'numbers alone: {" ".join(str(error).split())}'
        ) from error
    except UnicodeDecodeError as error:
        _faulty_line(file)  # which says what is wrong with that file
        raise UserError(f'{file}, or a base of it: {error}') from error
    except SyntaxError as error:
        where, line = _faulty_line(file) or (file, error.lineno)
        raise UserError(f'{where}, line {line}: {error.msg}') from error
    except Exception as error:
        where = _line_of_config(error) or file
        raise UserError(f'{where}: {type(error).__name__}: {error}') from error


@contextmanager
def _bases_of_the_package() -> Iterator[None]:
    """Let MMEngine find ``stclip::`` bases where our commands find configs.

    MMEngine's own way asks for an installed package and a folder in the name,
    and takes the scope of the base for a foreign one.
    """
    find = Config._get_cfg_path

    def find_base(path: str, config: str) -> tuple[str, str | None]:
        if '::' not in path:
            return find(path, config)
        if not path.startswith(SCOPE):
            return _base_elsewhere(path)
        return str(
            require_file(resolve(path), 'Configs lie in configs/.')
        ), None

    Config._get_cfg_path = staticmethod(find_base)
    try:
        yield
    finally:
        Config._get_cfg_path = staticmethod(find)


_find_base = Config._get_cfg_path


@cache
def _base_elsewhere(path: str) -> tuple[str, str | None]:
    """File and scope of a base in another package.

    MMEngine reads that package's whole index for it, a hundred files.
    """
    return _find_base(path, '')


# For whatever MMEngine, mmdet or mmaction2 read.
@register_handler(['yaml', 'yml'])
class PlainYamlHandler(YamlHandler):
    """MMEngine's reader of YAML, for data alone.

    MMEngine's own builds any object of Python that a tag asks for, which runs
    code. A config in Python is code by its nature; one in YAML is not.
    """

    def load_from_fileobj(self, file: IO, **kwargs: Any) -> Any:
        """Read mappings, lists, texts and numbers."""
        return parse_yaml(file.read())


def import_custom_modules(cfg: Config) -> None:
    """Import the modules of a config's ``custom_imports``.

    Raises:
        UserError: If one cannot be imported.
    """
    if 'custom_imports' not in cfg:
        return
    try:
        import_modules_from_strings(**cfg.custom_imports)
    except ImportError as error:
        raise UserError(
            f'{cfg.filename or "the config"}, custom_imports: {error}'
        ) from error


def _faulty_line(file: Path) -> tuple[Path, int | None] | None:
    """File and line that cannot be parsed, among a config and its bases."""
    try:
        tree = ast.parse(_read_source(file))
    except SyntaxError as error:
        return file, error.lineno
    for base in _bases_of(tree):
        fault = _faulty_line(
            resolve(base) if base.startswith(SCOPE) else file.parent / base
        )
        if fault:
            return fault
    return None


def _bases_of(tree: ast.Module) -> list[str]:
    """Bases in Python that are the user's or the package's, as they stand.

    Of a list that is not written out nothing is known.
    """
    bases = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            getattr(target, 'id', None) == '_base_' for target in node.targets
        ):
            with suppress(ValueError):
                named = ast.literal_eval(node.value)
                bases += [named] if isinstance(named, str) else named
    return [
        base
        for base in bases
        if base.endswith('.py')
        and (base.startswith(SCOPE) or '::' not in base)
    ]


def _read_source(file: Path) -> str:
    """Text of a config; UserError for what mmengine cannot read."""
    text = read_text(file)
    if byte_order_mark(file.read_bytes())[0]:
        raise UserError(
            f'{file} starts with a byte order mark, which no config may. '
            'Save it as UTF-8 without one.'
        )
    return text


def _line_of_config(error: Exception) -> str | None:
    """``FILE, line N`` of the config that was being run, if one was."""
    frames = traceback.extract_tb(error.__traceback__)
    if frames[-1].name != '<module>':
        return None
    return f'{frames[-1].filename}, line {frames[-1].lineno}'
