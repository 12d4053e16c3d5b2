"""Sphinx's settings: make docs builds docs/_build/html of this folder."""

import json
import os
import re
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]

project = 'stclip'
author = 'The stclip authors'
copyright = author
release = re.search(
    r"^__version__ = '([^']+)'",
    (ROOT / 'stclip/__init__.py').read_text(encoding='utf-8'),
    re.MULTILINE,
).group(1)

extensions = ['myst_parser', 'sphinx.ext.autodoc', 'sphinx.ext.napoleon']
exclude_patterns = ['_build', '**.ipynb_checkpoints']
# Anchors are those of GitHub. Links to files of the repository, which are
# relative as GitHub wants them, become downloads.
myst_heading_anchors = 4
myst_enable_extensions = ['colon_fence', 'deflist']

# A name in the docstrings that leads nowhere is an error, but for
nitpicky = True
nitpick_ignore_regex = [
    # packages whose sites a build does not ask for;
    ('py:.*', r'(numpy|pathlib|collections|contextlib|torch|mmengine)\..*'),
    ('py:.*', r'supervision\..*'),
    # parts of ours that the reference leaves out, and their methods.
    ('py:.*', r'stclip\.(video|models|preparation|knowledge)\..*'),
    ('py:.*', r'stclip\.(evaluation\.functional|corpora\.tasks)\..*'),
    ('py:.*', r'.*\.Seen'),  # a variable of types
]

autodoc_member_order = 'bysource'
autodoc_default_options = {'members': True, 'special-members': '__call__'}
autodoc_typehints = 'description'
autodoc_typehints_description_target = 'documented'
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = 'furo'
html_title = f'stclip {release}'

# The site's pages of files that lie elsewhere in the repository.
PAGES = {
    'changelog': 'CHANGELOG.md',
    'contributing': 'CONTRIBUTING.md',
    'data': 'data/README.md',
    'data_labels': 'data/labels/README.md',
    'notebooks/first_video': 'docs/notebooks/first_video.ipynb',
}


def read_page(path: Path) -> str:
    """A file as Markdown; of a notebook texts, code and what it printed."""
    text = path.read_text(encoding='utf-8')
    if path.suffix != '.ipynb':
        return text
    parts = []
    for cell in json.loads(text)['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'code':
            source = f'```python\n{source}\n```'
        parts.append(source)
        for output in cell.get('outputs', ()):
            shown = output.get('text') or output['data']['text/plain']
            parts.append(f'```text\n{"".join(shown).rstrip()}\n```')
    return '\n\n'.join([*parts, f'[Download the notebook]({path.name})'])


def link_pages(app: Sphinx, page: str, source: list[str]) -> None:
    """Show files of PAGES, and let links to them lead to their pages."""
    docs = Path(app.srcdir)
    folder = (docs / page).parent
    pages = {ROOT / path: docs / f'{name}.md' for name, path in PAGES.items()}
    come_from = folder
    if page in PAGES:
        source[0] = read_page(ROOT / PAGES[page])
        come_from = (ROOT / PAGES[page]).parent
        del pages[ROOT / PAGES[page]]  # a page leads to its file

    def there(match: re.Match[str]) -> str:
        path = Path(os.path.normpath(come_from / match[1]))
        if not path.is_file():
            return match[0]
        return f']({os.path.relpath(pages.get(path, path), folder)}'

    source[0] = re.sub(r'\]\(([^)#:\s]+)', there, source[0])


def setup(app: Sphinx) -> None:
    """Sphinx calls this."""
    app.connect('source-read', link_pages)
