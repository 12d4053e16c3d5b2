"""The commands of the documentation: where they stand, what runs them."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob('*.md')),
    *sorted(ROOT.glob('.github/*.md')),
    *sorted((ROOT / 'docs').rglob('*.md')),
    *sorted(ROOT.glob('configs/**/*.md')),
    *sorted(ROOT.glob('data/**/*.md')),
]
_FENCE = re.compile(r' *(```|~~~)(\S*)')
_MARK = re.compile(r'<!-- (run|not run): ((?:(?!-->).)+?)\s*-->\s*\Z', re.S)
_SHELLS = ('bash', 'sh', 'shell', 'console')
_PROGRAM = re.compile(
    r'\$? ?(\w+=\S* +)*(\.venv/bin/|sudo +)?(stclip|python3?|pip3?|make|curl'
    r'|wget|torchrun|tensorboard|git|docker|apt-get|export|source|cd|eval)\b'
)


@dataclass(frozen=True)
class Block:
    """Commands that stand together.

    Args:
        page: Below the checkout.
        line: Where they begin, from 1.
        mark: ``run`` or ``not run``; empty for none.
        told: The name of a run, or the reason.
        lines: As they stand there.
    """

    page: str
    line: int
    mark: str
    told: str
    lines: tuple[str, ...]

    @property
    def commands(self) -> list[str]:
        """One line each, without comments."""
        text = re.sub(r'\\\n\s*', '', '\n'.join(self.lines))
        lines = (line.strip().removeprefix('$ ') for line in text.split('\n'))
        return [line for line in lines if line and not line.startswith('#')]

    def __str__(self) -> str:
        return f'{self.page}:{self.line}'


def blocks(path: Path) -> list[Block]:
    """The shell blocks of a page: those that say so or look like it."""
    lines = path.read_text().splitlines()
    found, number = [], 0
    while number < len(lines):
        end, kind = _end_of_block(lines, number)
        inside = lines[number + (kind is not None) : end]
        if end > number and (
            kind in _SHELLS
            or (not kind and any(map(_seems_a_command, inside)))
        ):
            mark = _MARK.search('\n'.join(lines[:number]))
            name = path.relative_to(ROOT).as_posix()
            told = mark.groups() if mark else ('', '')
            found.append(Block(name, number + 1, *told, tuple(inside)))
        number = max(end, number) + 1
    return found


def _seems_a_command(line: str) -> bool:
    return bool(_PROGRAM.match(line.strip()))


def _end_of_block(lines: list[str], start: int) -> tuple[int, str | None]:
    """Where a block ends that begins here, and what a fence says it is.

    Without a fence a block is indented by four, after an empty line.
    """
    fence = _FENCE.match(lines[start])
    end = start
    if fence:
        end += 1
        while not lines[end].strip().startswith(fence[1]):
            end += 1
        return end, fence[2]
    if start == 0 or not lines[start - 1].strip():
        while end < len(lines) and lines[end].startswith('    '):
            end += 1
    return end, None


def inline_commands(path: Path) -> list[str]:
    """Commands with an option that stand within the text."""
    text = re.sub(
        r'^( *```.*?^ *```)', '', path.read_text(), flags=re.S | re.M
    )
    spans = re.findall(r'`([^`]+)`', text)
    lines = (' '.join(span.split()) for span in spans)
    return [
        line
        for line in lines
        if re.match(r'(python tools/|stclip )', line)
        and not re.search(r'\.\.\.|[{}\[\]|]', line)
    ]


def words_of(line: str) -> list[str]:
    """A command's words, without comment."""
    return shlex.split(line, comments=True)
