"""Diagram of which room imports which: docs/architecture.svg.

    python tools/draw_architecture.py

A room is a folder of stclip/; of models/ each inner one. It stands above
everything it imports. An arrow is left out where a longer way says the same.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / 'docs' / 'architecture.svg'
# Rooms that are drawn by their inner folders.
_SPLIT = 'models'
# The package's file of registries, which every part that registers imports.
_LEFT_OUT = ('registry', 'compat')
_BOX = (150, 46)
_GAP = (26, 64)
_MARGIN = 20
_SHADES = ('#dbe9f6', '#e2f0d9', '#fff2cc', '#fbe5d6', '#e9e0f2', '#f0f0f0')


def rooms_of(package: Path) -> dict[str, list[Path]]:
    """Room -> its files."""
    rooms: dict[str, list[Path]] = {}
    for path in sorted(package.rglob('*.py')):
        room = room_of(path.relative_to(package).parts)
        if room and room not in _LEFT_OUT:
            rooms.setdefault(room, []).append(path)
    return rooms


def room_of(parts: tuple[str, ...]) -> str | None:
    """Room of a file, by the parts of its path or of its dotted name."""
    if len(parts) < 2:
        return None
    if parts[0] != _SPLIT:
        return parts[0]
    return f'{_SPLIT}/{parts[1]}' if len(parts) > 2 else None


def imports_of(rooms: dict[str, list[Path]]) -> dict[str, set[str]]:
    """Room -> rooms it imports."""
    return {
        room: {
            other
            for path in paths
            for other in _imported_rooms(path)
            if other in rooms and other != room
        }
        for room, paths in rooms.items()
    }


def _imported_rooms(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f'{node.module}.{alias.name}' for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            first, *rest = name.split('.')
            room = room_of((*rest, '')) if first == 'stclip' else None
            if room:
                yield room


def heights(imports: dict[str, set[str]]) -> dict[str, int]:
    """Room -> longest way down to a room that imports nothing."""
    known: dict[str, int] = {}

    def height(room: str) -> int:
        if room not in known:
            below = [height(other) for other in imports[room]]
            known[room] = 1 + max(below, default=-1)
        return known[room]

    return {room: height(room) for room in imports}


def arrows(imports: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Imports that no longer way stands for."""
    reach: dict[str, set[str]] = {}

    def below(room: str) -> set[str]:
        if room not in reach:
            inner = [below(other) for other in imports[room]]
            reach[room] = imports[room].union(*inner)
        return reach[room]

    return [
        (room, other)
        for room in imports
        for other in sorted(imports[room])
        if not any(other in below(via) for via in imports[room] - {other})
    ]


def draw(rooms: dict[str, list[Path]]) -> str:
    """The picture as SVG."""
    imports = imports_of(rooms)
    height = heights(imports)
    levels: dict[int, list[str]] = {}
    for room in rooms:
        levels.setdefault(height[room], []).append(room)
    widest = max(map(len, levels.values()))
    step_x, step_y = _BOX[0] + _GAP[0], _BOX[1] + _GAP[1]
    width = widest * step_x - _GAP[0] + 2 * _MARGIN
    total = len(levels) * step_y - _GAP[1] + 2 * _MARGIN
    corners: dict[str, tuple[float, float]] = {}
    for level, members in levels.items():
        start = (width - len(members) * step_x + _GAP[0]) / 2
        top = _MARGIN + (len(levels) - 1 - level) * step_y
        for index, room in enumerate(members):
            corners[room] = (start + index * step_x, top)
    lines = [_line(corners[a], corners[b]) for a, b in arrows(imports)]
    boxes = [
        _box(room, len(rooms[room]), corners[room], height[room])
        for room in rooms
    ]
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {total}" font-family="sans-serif" '
        'font-size="13">\n<defs><marker id="tip" '
        'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z" fill="#667"/></marker></defs>\n'
        f'<rect width="{width}" height="{total}" fill="white"/>\n'
    )
    return head + '\n'.join([*lines, *boxes]) + '\n</svg>\n'


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + _BOX[0] / 2, start[1] + _BOX[1]
    x2, y2 = end[0] + _BOX[0] / 2, end[1]
    bend = (y1 + y2) / 2
    return (
        f'<path d="M{x1:g} {y1:g}C{x1:g} {bend:g} {x2:g} {bend:g} {x2:g} '
        f'{y2:g}" fill="none" stroke="#667" stroke-width="1.2" '
        'marker-end="url(#tip)"/>'
    )


def _box(
    room: str, num_files: int, corner: tuple[float, float], height: int
) -> str:
    x, y = corner
    shade = _SHADES[height % len(_SHADES)]
    middle = x + _BOX[0] / 2
    files = f'{num_files} file' + 's' * (num_files != 1)
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{_BOX[0]}" height="{_BOX[1]}" '
        f'rx="6" fill="{shade}" stroke="#445"/>\n'
        f'<text x="{middle:g}" y="{y + 20:g}" text-anchor="middle" '
        f'font-weight="bold">{escape(room)}</text>\n'
        f'<text x="{middle:g}" y="{y + 37:g}" text-anchor="middle" '
        f'font-size="11" fill="#445">{files}</text>'
    )


def main() -> None:
    """Draw the package as it is."""
    PICTURE.write_text(draw(rooms_of(ROOT / 'stclip')), encoding='utf-8')
    print(f'drawn: {PICTURE.relative_to(ROOT)}')


if __name__ == '__main__':
    main()
