"""A page of text, tables and pictures in one HTML file.

It asks for nothing from elsewhere: pictures are in it, and there is no
script. Whatever is shown is text; jinja2 escapes it.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from stclip.utils.io import atomic_write

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{{ title }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #222; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
img { max-width: 100%; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right;
  border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
.caveats { border-left: 4px solid #b00020; background: #fdf1f2;
  padding: .5rem 1rem; }
.caveats p { margin: .3rem 0; }
</style>
</head>
<body>
<h1>{{ title }}</h1>
{% if caveats %}<div class="caveats">
<p><strong>What this cannot be trusted for</strong></p>
{% for line in caveats %}<p>{{ line }}</p>
{% endfor %}</div>
{% endif %}
{% for part in sections %}<section>
<h2>{{ part.title }}</h2>
{% for line in part.lines %}<p>{{ line }}</p>
{% endfor %}
{% if part.picture %}<img alt="{{ part.title }}"
  src="data:image/png;base64,{{ part.encoded }}">
{% endif %}
{% if part.rows %}<table>
<tr>{% for cell in part.head %}<th>{{ cell }}</th>{% endfor %}</tr>
{% for row in part.rows %}<tr>
{%- for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>
{% endif %}
</section>
{% endfor %}
</body>
</html>
"""


@dataclass(frozen=True)
class Section:
    """A part of a page: text, then a picture, then a table.

    Args:
        title: Its heading.
        lines: Paragraphs.
        picture: png file that becomes part of the page.
        head: Headings of the columns of the table.
        rows: Cells of the table, as texts.
    """

    title: str
    lines: Sequence[str] = ()
    picture: Path | None = None
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    @property
    def encoded(self) -> str:
        """The picture as HTML has it."""
        return base64.b64encode(self.picture.read_bytes()).decode('ascii')


def save_page(
    path: str | Path,
    title: str,
    sections: Sequence[Section],
    caveats: Sequence[str] = (),
) -> None:
    """Write a page, atomically.

    Args:
        path: html file.
        title: Of the page.
        sections: What is on it.
        caveats: What cannot be trusted, above all.
    """
    page = Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)
    text = page.render(title=title, sections=sections, caveats=caveats)
    with atomic_write(path) as file:
        file.write(text)
