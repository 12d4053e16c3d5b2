"""The rules of the house that a machine can check."""

import ast
import importlib
from collections.abc import Callable, Iterator
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
MAY_IMPORT['page'] = MAY_IMPORT['apis'] | {'apis', 'zs_stage'}
MAY_IMPORT['corpora'] = MAY_IMPORT['apis'] | {'apis'}
MAY_IMPORT['benchmarking'] |= {'corpora'}
MAY_IMPORT['cli'] = MAY_IMPORT['benchmarking'] | {
    'benchmarking',
    'page',
    '__init__',
}
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
    'pyarrow': {'stclip/corpora'},
    'ray': {'stclip/corpora'},
    'starlette': {'stclip/page'},
    'trackers': {'stclip/tracking'},
    'uvicorn': {'stclip/page'},
}
_RUNS_CODE = ('pickle.load', 'pickle.loads', 'eval', 'exec')


def name_of(path: Path) -> str:
    """Dotted module name of a file in the package."""
    parts = path.relative_to(ROOT).with_suffix('').parts
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


def imports_of(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Absolute names of everything a file imports, wherever it does so."""
    for node in nodes:
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


def wrong_imports(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Imports of what a room or a model may not know."""
    module = name_of(path)
    if module == 'stclip':
        return  # the package itself: test_mends.py keeps it light
    for imported in imports_of(path, nodes):
        sole = SOLE_IMPORTER.get(imported.split('.')[0])
        if not may_import(module, imported) or (
            sole is not None
            and not any(relative(path).startswith(part) for part in sole)
        ):
            yield imported


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


def test_every_module_imports() -> None:
    for path in MODULES:
        importlib.import_module(name_of(path))


def test_every_folder_is_packaged() -> None:
    folders = {path.parent for path in MODULES}
    assert [f for f in folders if not (f / '__init__.py').exists()] == []


def excesses(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Files, functions and constructors that are too long."""
    length = len(path.read_text().splitlines())
    if length > 400:
        yield f'{length} lines'
    for node in nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = node.end_lineno - node.lineno + 1
        doc = ast.get_docstring(node, clean=False)
        code = lines - (len(doc.splitlines()) if doc else 0)
        if code > 50:
            yield f'{node.name}: {code} lines of code'
        arguments = node.args.args[1:] + node.args.kwonlyargs
        is_ours = path.is_relative_to(PACKAGE) and node.name == '__init__'
        if is_ours and len(arguments) > 10:
            yield f'line {node.lineno}: {len(arguments)} arguments'


def unsafe_calls(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Star imports, and weights that are read with code in them."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and any(
            alias.name == '*' for alias in node.names
        ):
            yield f'from {node.module} import *'
        if not isinstance(node, ast.Call):
            continue
        given = {k.arg: getattr(k.value, 'value', None) for k in node.keywords}
        if given.get('weights_only', True) is not True:
            yield f'line {node.lineno}: weights_only'
        # Tests may pickle what they made themselves.
        if relative(path).startswith('tests/'):
            continue
        if (call := ast.unparse(node.func)) in _RUNS_CODE:
            yield f'line {node.lineno}: {call}'


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


def readings(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    """Text that is read elsewhere than in one place."""
    if relative(path) in _READ_BY_THEMSELVES:
        return
    for node in nodes:
        if isinstance(node, ast.Call) and reads_text(node):
            yield ast.unparse(node.func)


RULES: dict[Callable[..., Iterator[str]], set[Path]] = {
    wrong_imports: set(MODULES),
    readings: set(MODULES),
    excesses: set(SOURCES),
    unsafe_calls: set(SOURCES),
}


@pytest.fixture(scope='module')
def faults() -> dict[Callable[..., Iterator[str]], list[str]]:
    """What each rule says of files; every file is parsed once."""
    found = {rule: [] for rule in RULES}
    for path in SOURCES:
        nodes = list(ast.walk(ast.parse(path.read_text())))
        for rule, paths in RULES.items():
            if path in paths:
                found[rule] += [
                    f'{relative(path)}: {fault}' for fault in rule(path, nodes)
                ]
    return found


@pytest.mark.parametrize('rule', RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(faults, rule) -> None:
    assert faults[rule] == []


def test_rules_tell_faults() -> None:
    path = PACKAGE / 'structures' / 'boxes.py'
    lines = [
        *('import stclip.apis', 'from os import *', 'open(name)'),
        *('torch.load(name, weights_only=False)', 'eval(name)'),
        'class A:',
        f'    def __init__(self, {", ".join("abcdefghijk")}):',
        *['        pass'] * 50,
    ]
    nodes = list(ast.walk(ast.parse('\n'.join(lines))))
    told = {rule.__name__: list(rule(path, nodes)) for rule in RULES}
    assert told == dict(
        wrong_imports=['stclip.apis'],
        readings=['open'],
        excesses=['__init__: 51 lines of code', 'line 7: 11 arguments'],
        unsafe_calls=[
            'from os import *',
            'line 4: weights_only',
            'line 5: eval',
        ],
    )


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
