"""docs/papers.md names files, classes and functions that there are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / 'docs' / 'papers.md').read_text()
CODE = re.findall(r'`([\w.]+)` in `([\w/]+\.py)`', PAGE)


def names_in(path):
    """Functions, classes and methods of a file, dotted."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
            inner = getattr(node, 'body', ())
            names |= {
                f'{node.name}.{each.name}'
                for each in inner
                if isinstance(each, ast.FunctionDef)
            }
    return names


@pytest.mark.parametrize('name, file', CODE)
def test_code_is_where_the_page_says(name, file):
    assert name in names_in(ROOT / file)


def test_plain_forms_are_where_the_page_says():
    sections = re.split(r'plain form in `(tests/reference/\w+\.py)`', PAGE)[1:]
    assert len(sections) == 6
    for file, text in zip(sections[::2], sections[1::2], strict=True):
        table = text.split('\n\n')[0]
        cells = [line.split('|')[-2] for line in table.splitlines()[2:]]
        names = {n for cell in cells for n in re.findall(r'`(\w+)`', cell)}
        assert names
        assert names <= names_in(ROOT / file), file


def test_every_equation_of_the_papers_is_there():
    stclip, dasti = PAGE.split('## DA-STI')[0], PAGE.split('## DA-STI')[1]
    for number in range(1, 5):
        assert f'Eq. ({number})' in stclip
    found = set(re.findall(r'\((\d+)\)', dasti.split('## STDD')[0]))
    assert {str(n) for n in range(2, 12)} <= found
