"""Commands of the documentation run as they stand there, or say why not."""

import ast
import importlib
import re
import runpy
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import SimpleNamespace

import click
import page_data_worlds  # noqa: F401 enters its worlds
import pytest
from page_blocks import PAGES, ROOT, blocks, inline_commands, words_of
from page_runs import BLOCKS, RUNS, run_block
from page_worlds import WORLDS

from stclip.apis.loading import build_model, load_config
from stclip.cli.command import run
from stclip.cli.main import group
from stclip.models.st_clip.detector import STCLIP
from stclip.preparation import media_check
from stclip.zs_stage.tracks import SIZES, plan_track, render_video

#: Runs that are part of other tests, which would take long twice.
ELSEWHERE = {'export_model': 'tests/apis/test_exporting.py'}
HERE = [(page, name) for page, name in RUNS if name not in ELSEWHERE]
#: In place of models whose weights would be downloaded.
INDEX = 'action_models:' + ''.join(
    f"""
  {name}:
    config: clip/zs_stage_single_person_crop.py
    detector: stage"""
    for name in ('clip-b16', 'clip-l14')
)


@pytest.fixture(scope='module')
def film(tmp_path_factory):
    """Ten frames of rendered people."""
    folder = tmp_path_factory.mktemp('film')
    plan = replace(plan_track('multi', SIZES['tiny'])[-1], frames=10)
    render_video(plan, folder, 'video')
    return folder / 'multi/videos' / f'{plan.name}.mp4'


@pytest.fixture(scope='module')
def result(film):
    """The JSON file of a look at it."""
    out = film.parent / 'out'
    words = f'infer {film} --model stage --labels wave,sit --out {out}'
    run(group, words.split(), 'stclip')
    return out / f'{film.stem}.json'


@pytest.fixture
def here(tmp_path, film, result, monkeypatch, capfd):
    """An empty folder to run in, and what worlds take from."""
    monkeypatch.chdir(tmp_path)
    index = tmp_path.with_name(f'{tmp_path.name}.index.yaml')
    index.write_text(INDEX)
    monkeypatch.setenv('STCLIP_INDEX', str(index))
    # For a few small videos processes take longer to start.
    monkeypatch.setattr(media_check, 'worker_pool', ThreadPool)
    return SimpleNamespace(
        folder=tmp_path,
        film=film,
        result=result,
        code=0,
        patch=monkeypatch,
        shown=lambda: capfd.readouterr().out,
    )


@pytest.mark.parametrize(
    'page, name', HERE, ids=[f'{Path(p).stem}-{name}' for p, name in HERE]
)
def test_commands_run(page, name, here):
    assert name in WORLDS, f'no test prepares the run {name!r} of {page}'
    world = WORLDS[name](here)
    for block in RUNS[page, name]:
        next(world)
        run_block(block, here.code)
    # It looks at what is there, and waits for no other block.
    assert next(world, 'over') == 'over'


def test_every_run_is_that_of_a_page():
    assert {*WORLDS, *ELSEWHERE} == {name for _, name in RUNS}
    for name, path in ELSEWHERE.items():
        assert f"RUNS[EXAMPLE, '{name}']" in (ROOT / path).read_text()


def test_the_method_of_ones_own_is_built(tmp_path, monkeypatch):
    """The page's file and config, wherever they lie."""
    page = (ROOT / 'docs/how_to/own_method.md').read_text()
    code, config = re.findall(r'```python\n(.*?)```', page, re.S)
    (tmp_path / 'my_model.py').write_text(code)
    path = tmp_path / 'mine.py'
    path.write_text(config)
    monkeypatch.syspath_prepend(tmp_path)
    model = build_model(load_config(path), STCLIP, None)
    assert type(model).__name__ == 'MyDetector'
    assert type(model).__mro__[1] is STCLIP


PYTHON = [
    (page.relative_to(ROOT).as_posix(), code)
    for page in PAGES
    for code in re.findall(r'(?ms)^```python\n(.*?)^```', page.read_text())
]


@pytest.mark.parametrize(
    'page, code', PYTHON, ids=[Path(page).stem for page, _ in PYTHON]
)
def test_python_is_sound_and_finds_what_it_imports(page, code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and 'stclip' in node.module:
            module = importlib.import_module(node.module)
            for name in node.names:
                hasattr(module, name.name) or importlib.import_module(
                    f'{node.module}.{name.name}'
                )


@pytest.mark.parametrize('block', BLOCKS, ids=str)
def test_commands_are_run_or_say_why_not(block):
    assert block.mark, f'{block}: neither run nor with a reason'
    if block.mark == 'run':
        assert re.fullmatch(r'\w+', block.told)
        return
    assert len(block.told.split()) > 2, f'{block}: {block.told}'
    for path in re.findall(r'\S+\.(?:py|md)\b', block.told):
        assert (ROOT / path).exists(), f'{block}: there is no {path}'


def test_what_is_a_block_of_commands(tmp_path, monkeypatch):
    monkeypatch.setattr('page_blocks.ROOT', tmp_path)
    page = tmp_path / 'a.md'
    page.write_text(
        '# Page\n\n<!-- run: one -->\n```bash\nstclip a \\\n    --b  # c\n'
        '# d\nstclip e\n```\n\n<!-- not run: needs\na camera -->\n\n'
        '    A=1 python tools/x.py\n\n```python\nimport stclip\n```\n\n'
        '    text\n    that is indented\n\n- item\n\n      make demo\n\n'
        '```\ncurl x\n```\n<!-- run: two -->\ntext\n```sh\nls\n```\n'
    )
    found = [(b.mark, b.told, b.commands, b.line) for b in blocks(page)]
    assert found == [
        ('run', 'one', ['stclip a --b  # c', 'stclip e'], 4),
        ('not run', 'needs\na camera', ['A=1 python tools/x.py'], 14),
        ('', '', ['make demo'], 25),
        ('', '', ['curl x'], 27),
        ('', '', ['ls'], 32),
    ]


def command_of(words):
    """The command that words begin with, and the words after it."""
    if words[0] == 'python':
        path = ROOT / words[1]
        parts = runpy.run_path(str(path), run_name='looked_at')
        found = parts.get('command') or parts.get('group')
        if found is None:
            return None, []
        rest = words[2:]
    else:
        found, rest = group, words[1:]
    while isinstance(found, click.Group):
        if not rest or rest[0].startswith('-') or rest[0].isupper():
            return None, []
        name, *rest = rest
        context = click.Context(found)
        assert found.get_command(context, name), f'there is no command {name}'
        found = found.get_command(context, name)
    return found, rest


def assert_known(line):
    """A command and its options are there, and values are of their kind.

    What files hold, and whether they are there, is for the runs.
    """
    words = words_of(line)
    while '=' in words[0]:
        words.pop(0)
    command, rest = command_of(words)
    if command is None:
        return
    try:
        command.make_context('command', rest).close()
    except click.BadOptionUsage:
        pass  # the text speaks of the option, and gives it no value
    except click.BadParameter as error:
        is_path = error.param and isinstance(error.param.type, click.Path)
        is_left_out = isinstance(error, click.MissingParameter)
        assert is_path or is_left_out, f'{line}: {error.format_message()}'


def ours(words):
    return words[:1] == ['stclip'] or (
        words[:1] == ['python'] and words[1].startswith('tools/')
    )


LINES = sorted(
    {line for page in PAGES for line in inline_commands(page)}
    | {line for block in BLOCKS for line in block.commands}
)
LINES = [line for line in LINES if ours(words_of(line))]


@pytest.mark.parametrize('line', LINES)
def test_commands_and_options_are_there(line):
    assert_known(line)


@pytest.mark.parametrize(
    'line',
    [
        'stclip look a.mp4',
        'stclip eval frames',
        'stclip infer a.mp4 --words "a, b" --out out',
        'stclip infer a.mp4 --labels "a, b" --out out --stride often',
        'python tools/test.py configs/a.py a.pth --reports',
    ],
)
def test_what_is_not_there_is_seen(line):
    with pytest.raises((AssertionError, click.UsageError)):
        assert_known(line)
