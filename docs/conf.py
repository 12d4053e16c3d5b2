"""Sphinx's settings: make docs builds docs/_build/html of this folder."""

import re
from pathlib import Path

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
# Links to headings are GitHub's; to files of the repository, downloads.
myst_heading_anchors = 4
myst_enable_extensions = ['colon_fence']
# Links to folders and to pages outside docs/ are of use on GitHub alone.
suppress_warnings = ['misc.highlighting_failure']

autodoc_member_order = 'bysource'
autodoc_default_options = {'members': True}
autodoc_typehints = 'description'
autodoc_typehints_description_target = 'documented'
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = 'furo'
html_title = f'stclip {release}'
