"""The rules of the house that a machine can check."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / 'stclip'
MODULES = sorted(PACKAGE.rglob('*.py'))
SOURCES = MODULES + sorted(
    path
    for folder in ('tools', 'configs', 'tests')
    for path in (ROOT / folder).rglob('*.py')
)

# What each part of stclip may import; every part may import itself. A file
# directly in stclip/ is a part by its own name.
_GROUND = {'registry', 'utils', 'structures', 'video', 'labels', 'knowledge'}
MAY_IMPORT = {
    'compat': set(),
    'registry': set(),
    'utils': set(),
    'structures': {'utils'},
    'video': {'utils', 'structures'},
    'labels': {'utils', 'structures', 'video'},
    'knowledge': {'utils', 'structures', 'video', 'labels'},
    'datasets': _GROUND,
    'models': _GROUND,
    'evaluation': _GROUND,
    'visualization': _GROUND,
    'zs_stage': _GROUND,
}
_SIDE_BY_SIDE = {'datasets', 'models', 'evaluation', 'visualization'}
MAY_IMPORT['preparation'] = _GROUND | {'datasets'}
MAY_IMPORT['results'] = _GROUND | {'visualization'}
MAY_IMPORT['tracking'] = _GROUND | {'results'}
MAY_IMPORT['engine'] = _GROUND | _SIDE_BY_SIDE
MAY_IMPORT['apis'] = MAY_IMPORT['engine'] | {
    'engine',
    'preparation',
    'results',
    'tracking',
}
MAY_IMPORT['benchmarking'] = MAY_IMPORT['apis'] | {'apis', 'zs_stage'}
MAY_IMPORT['cli'] = MAY_IMPORT['benchmarking'] | {'benchmarking', '__init__'}
MAY_IMPORT['__main__'] = {'cli'}
# Inside models: shared rooms, and what they may import; every other folder is
# a method's own and may import the shared rooms alone.
MODEL_ROOMS = {
    'clip': set(),
    'detection': {'clip'},
    'recognition': {'clip'},
}
# Packages that one part alone deals with.
SOLE_IMPORTER = {
    'open_clip': {'stclip/models/clip', 'stclip/utils/diagnosis.py'},
    'loralib': {'stclip/models/clip'},
    'mmdet': {'stclip/apis', 'stclip/utils/diagnosis.py'},
    'trackers': {'stclip/tracking'},
}
_RUNS_CODE = ('pickle.load', 'pickle.loads', 'eval', 'exec')


def name_of(path: Path) -> str:
    """Dotted module name of a file in the package."""
    parts = path.relative_to(ROOT).with_suffix('').parts
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


def imports_of(path: Path) -> Iterator[str]:
    """Absolute names of everything a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f'{path}: relative import'
            yield from (f'{node.module}.{a.name}' for a in node.names)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def may_import(module: str, imported: str) -> bool:
    """Whether a module of the package may import a dotted name."""
    own, parts = module.split('.'), imported.split('.')
    if parts[0] in ('tools', 'tests', 'configs'):
        return False
    if parts[0] != 'stclip' or len(parts) == 1:
        return True
    if parts[1] not in MAY_IMPORT[own[1]] | {own[1]}:
        return False
    if own[1] == parts[1] == 'models' and len(own) > 2 and len(parts) > 2:
        rooms = MODEL_ROOMS.get(own[2], set(MODEL_ROOMS))
        return parts[2] in rooms | {own[2]}
    return True


@pytest.mark.parametrize('path', MODULES, ids=relative)
def test_imports_point_downwards(path: Path) -> None:
    module = name_of(path)
    if module == 'stclip':
        return  # the package itself: test_mends.py keeps it light
    for imported in imports_of(path):
        assert may_import(module, imported), f'{relative(path)}: {imported}'
        sole = SOLE_IMPORTER.get(imported.split('.')[0])
        assert sole is None or any(
            relative(path).startswith(folder) for folder in sole
        ), f'{relative(path)} imports {imported}'


@pytest.mark.parametrize(
    'module, imported, allowed',
    [
        ('stclip.models.stdd.recognizer', 'stclip.models.clip.lora', True),
        ('stclip.models.stdd.recognizer', 'stclip.models.da_sti.x', False),
        ('stclip.models.st_clip.detector', 'stclip.datasets.x', False),
        ('stclip.models.clip.build', 'stclip.models.detection.x', False),
        ('stclip.models.detection.base', 'stclip.models.recognition.x', False),
        ('stclip.datasets.proposals', 'stclip.models.clip.x', False),
        ('stclip.video.writer', 'stclip.labels.x', False),
        ('stclip.engine.launch', 'stclip.apis.loading', False),
        ('stclip.apis.loading', 'stclip.engine.configs', True),
        ('stclip.cli.train', 'tools.train', False),
        ('stclip.utils.io', 'torch', True),
    ],
)
def test_the_rule_tells_right_from_wrong(
    module: str, imported: str, allowed: bool
) -> None:
    assert may_import(module, imported) == allowed


def test_every_room_has_its_rule() -> None:
    rooms = {
        name_of(path).split('.')[1]
        for path in MODULES
        if path.parent != PACKAGE
    }
    rooms |= {path.stem for path in PACKAGE.glob('*.py')} - {'__init__'}
    assert rooms == set(MAY_IMPORT)


def test_models_lie_in_rooms() -> None:
    """Nothing stands directly in models/, where no rule would hold."""
    assert [f.name for f in PACKAGE.glob('models/*.py')] == ['__init__.py']


@pytest.mark.parametrize('path', MODULES, ids=relative)
def test_every_module_imports(path: Path) -> None:
    importlib.import_module(name_of(path))


def test_every_folder_is_packaged() -> None:
    folders = {path.parent for path in MODULES}
    assert [f for f in folders if not (f / '__init__.py').exists()] == []


@pytest.mark.parametrize('path', SOURCES, ids=relative)
def test_sizes(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = node.end_lineno - node.lineno + 1
        doc = ast.get_docstring(node, clean=False)
        code = lines - (len(doc.splitlines()) if doc else 0)
        assert code <= 50, f'{node.name}: {code} lines of code'
        if node.name == '__init__' and path in MODULES:
            arguments = node.args.args[1:] + node.args.kwonlyargs
            assert len(arguments) <= 10, f'{len(arguments)} arguments'


@pytest.mark.parametrize('path', SOURCES, ids=relative)
def test_nothing_unsafe(path: Path) -> None:
    """No star imports; weights are never read with code in them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != '*' for alias in node.names)
        if not isinstance(node, ast.Call):
            continue
        given = {k.arg: getattr(k.value, 'value', None) for k in node.keywords}
        call = ast.unparse(node.func)
        assert given.get('weights_only', True) is True, call
        # Tests may pickle what they made themselves.
        assert relative(path).startswith('tests/') or call not in _RUNS_CODE, (
            call
        )


# What reads text past stclip.utils.text_file: its parts, readers of files
# that this program alone writes, of /proc, and of an error's first line.
_READ_BY_THEMSELVES = {
    'stclip/utils/text_file.py',
    'stclip/utils/decoding.py',
    'stclip/utils/parts.py',
    'stclip/utils/diagnosis.py',
    'stclip/utils/cores.py',
    'stclip/utils/checkpoints.py',
    'stclip/knowledge/writing/cache.py',
    'stclip/benchmarking/accuracy/process.py',
    'stclip/benchmarking/speed/timing.py',
    'stclip/benchmarking/speed/waiting.py',
}
_READING_METHODS = {'read_text', 'readlines', 'splitlines', 'list_from_file'}
_READING_CALLS = {
    *('json.load', 'yaml.load', 'yaml.safe_load', 'csv.reader'),
    *('csv.DictReader', 'np.loadtxt', 'np.genfromtxt', 'list_from_file'),
}


def reads_text(call: ast.Call) -> bool:
    """Whether a call reads text in an encoding of its own choice."""
    called = ast.unparse(call.func)
    if called == 'open':
        mode = ast.unparse(call.args[1]) if len(call.args) > 1 else 'r'
        return not set('wab') & set(mode)
    if isinstance(call.func, ast.Attribute):
        return called in _READING_CALLS or call.func.attr in _READING_METHODS
    return called in _READING_CALLS


@pytest.mark.parametrize('path', MODULES, ids=relative)
def test_text_is_read_in_one_place(path: Path) -> None:
    found = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and reads_text(node)
    }
    known = relative(path) in _READ_BY_THEMSELVES
    assert known or not found, f'{relative(path)}: {found}'


@pytest.mark.parametrize(
    'code, expected',
    [
        ('open(path)', True),
        ("open(path, 'r', encoding='utf-8')", True),
        ("open(path, 'rb')", False),
        ('path.read_text()', True),
        ('read_text(path)', False),
        ('csv.reader(file)', True),
        ('json.loads(line)', False),
    ],
)
def test_the_rule_knows_a_reader(code: str, expected: bool) -> None:
    assert reads_text(ast.parse(code, mode='eval').body) == expected
