"""Links, the notebook and what stands beside the documentation."""

import ast
import json
import re
from pathlib import Path

import pytest
import torch
import yaml
from torchvision.ops import box_iou

from stclip.apis import ActionInferencer

ROOT = Path(__file__).parents[1]
PAGES = [
    *ROOT.glob('*.md'),
    *(ROOT / 'docs').glob('*.md'),
    *(ROOT / 'docs').glob('how_to/*.md'),
    *(ROOT / 'docs').glob('api/*.md'),
    *ROOT.glob('data/README.md'),
    *ROOT.glob('data/*/README.md'),
]
LINK = re.compile(r'\]\(([^)\s]+)\)')
CODE = re.compile(r'```.*?```|~~~.*?~~~|`[^`\n]*`', re.DOTALL)


def anchor(heading):
    """The anchor that GitHub gives a heading."""
    text = LINK.sub('', heading).replace('[', '').strip().lower()
    return re.sub(r'[^\w\- ]', '', text).replace(' ', '-')


def anchors(path):
    text = re.sub(r'```.*?```', '', path.read_text(), flags=re.DOTALL)
    found = {}
    for heading in re.findall(r'^#+ (.+)$', text, re.MULTILINE):
        name = anchor(heading)
        found[name] = found.get(name, -1) + 1
    return {
        name if not turn else f'{name}-{turn}'
        for name, last in found.items()
        for turn in range(last + 1)
    }


def broken(page):
    """Relative links of a page that lead nowhere."""
    for target in LINK.findall(CODE.sub('', page.read_text())):
        if re.match(r'\w+:', target):
            continue
        name, _, part = target.partition('#')
        path = page.parent / name if name else page
        if not path.exists():
            yield f'{target}: no such file'
        elif part and part not in anchors(path):
            yield f'{target}: no such heading'


@pytest.mark.parametrize('page', PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    assert list(broken(page)) == []


def test_broken_links_are_seen(tmp_path):
    page = tmp_path / 'a.md'
    page.write_text(
        '# An `a`, or b\n[x](#an-a-or-b) [x](b.md) [x](a.md#c) `[x](d.md)`'
    )
    assert list(broken(page)) == [
        'b.md: no such file',
        'a.md#c: no such heading',
    ]


def test_merges_are_finished():
    """No marker of a conflict is left, as `git diff --check` would tell."""
    marker = re.compile('^(<{7}|>{7}|[|]{7}) ', re.MULTILINE)
    pages = [*PAGES, *ROOT.glob('*.toml'), *ROOT.glob('data/**/*.yaml')]
    assert [page for page in pages if marker.search(page.read_text())] == []


def test_notebook_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr('tempfile.tempdir', str(tmp_path))
    path = ROOT / 'docs/notebooks/first_video.ipynb'
    notebook = json.loads(path.read_text())
    names = {}
    for cell in notebook['cells']:
        if cell['cell_type'] == 'code':
            exec(compile(''.join(cell['source']), str(path), 'exec'), names)
    result, folder = names['result'], names['folder']
    assert isinstance(names['infer'], ActionInferencer)
    record = json.loads(
        (folder / 'multi/records/crowd_test_001.json').read_text()
    )
    drawn = torch.tensor(record['boxes'][0], dtype=torch.float32)
    found = torch.tensor(result.frames[0].boxes_xyxy)
    assert len(found) == len(drawn) == 2
    assert (box_iou(found, drawn).max(dim=1).values > 0.6).all()
    assert {segment.track_id for segment in result.segments} == {1, 2}
    segments, scores = (
        ''.join(output['text'])
        for cell in notebook['cells']
        for output in cell.get('outputs', ())
        if output['output_type'] == 'stream'
    )
    shown = capsys.readouterr().out
    assert shown.startswith(segments)
    # Other processors round scores and boxes otherwise.
    number = re.compile(r'\d*\.\d*')
    found = shown.removeprefix(segments)
    assert number.sub('', found).split() == number.sub('', scores).split()
    values = [float(text) for text in number.findall(found)]
    stored = [float(text) for text in number.findall(scores)]
    assert values == pytest.approx(stored, abs=1)
    for name in ('first.mp4', 'first.png', 'first.csv'):
        assert (folder / name).stat().st_size > 100


@pytest.mark.parametrize(
    'path',
    [*ROOT.glob('.github/**/*.yml'), ROOT / 'CITATION.cff'],
    ids=lambda path: path.name,
)
def test_forms_are_yaml(path):
    content = yaml.safe_load(path.read_text())
    if path.parent.name == 'ISSUE_TEMPLATE':
        assert {'name', 'description', 'body'} <= content.keys()
        ids = [each.get('id') for each in content['body'] if 'id' in each]
        assert len(ids) == len(set(ids)) > 0


def test_workflow_runs_targets_of_the_makefile():
    content = yaml.safe_load((ROOT / '.github/workflows/ci.yml').read_text())
    makefile = (ROOT / 'Makefile').read_text()
    steps = content['jobs']['check']['steps']
    runs = [step['run'] for step in steps if 'run' in step]
    assert runs == ['make lint', 'make docs', 'make smoke', 'make test']
    for run in runs:
        assert re.search(rf'^{run.split()[1]}:', makefile, re.MULTILINE)


def test_citation_has_the_package_s_version():
    content = yaml.safe_load((ROOT / 'CITATION.cff').read_text())
    source = (ROOT / 'stclip/__init__.py').read_text()
    version = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and node.targets[0].id == '__version__'
    )
    assert content['version'] == version


def test_what_the_image_is_built_of_is_sent():
    """.dockerignore lets through all that setup.py ships."""
    shipped = re.search(
        r'SHIPPED = \((.*?)\)', (ROOT / 'setup.py').read_text(), re.DOTALL
    )
    names = ast.literal_eval(f'[{shipped[1]}]')
    lines = (ROOT / '.dockerignore').read_text().splitlines()
    let_through = {line[1:] for line in lines if line.startswith('!')}
    for name in [*names, 'setup.py', 'pyproject.toml', 'README.md', 'stclip']:
        parents = {str(path) for path in [Path(name), *Path(name).parents]}
        assert let_through & parents, name
