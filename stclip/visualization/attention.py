"""Pictures and films of attention maps, side by side.

After Figure 6 of DA-STI, arXiv:2510.27255, with the weights of the frames.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from stclip.video import VideoWriter, save_image
from stclip.visualization.heat_map import overlay_heat
from stclip.visualization.typography import (
    INK,
    PAPER,
    RGB,
    class_colour,
    fit_text,
    line_height,
    load_font,
)

_FAINT = (205, 205, 205)
_WARNING = (176, 0, 32)
_GAP_PX = 6
_FONT, _SMALL_FONT, _TITLE_FONT = (load_font(size) for size in (15, 13, 20))
# Names of the rows stand in a column of this width.
_MARGIN_PX = 150
# A strip is about this wide, unless that made its frames too small or large.
_STRIP_PX, _MIN_TILE_PX, _MAX_TILE_PX = 1600, 112, 224
_PLOT_PX = 110
_PANEL_PX = 400
# Very narrow frames get less than the width of their tile or panel, so that
# they are not higher than this many times that width.
_MAX_ASPECT = 3
# Frames are few and each shall be looked at.
_FPS = 2
# So many labels are written with their scores.
_NUM_SCORES = 3


@dataclass(frozen=True)
class AttentionRow:
    """What one method makes of T frames and a class.

    Args:
        name: Of the method.
        heat: (T, h, w), how well each of the h x w patches of a frame fits
            the class.
        saliency: (T,), how much each frame counts; sums to 1.
        scores: Probability of every label.
    """

    name: str
    heat: np.ndarray
    saliency: np.ndarray
    scores: Mapping[str, float]

    @property
    def value_range(self) -> tuple[float, float]:
        """Coldest and hottest value of all frames together."""
        return float(self.heat.min()), float(self.heat.max())

    def summary(self, class_name: str) -> str:
        """The score of a class and those of the likeliest ones."""
        best = sorted(self.scores.items(), key=lambda item: -item[1])
        best = '; '.join(f'{k} {v:.2f}' for k, v in best[:_NUM_SCORES])
        score = f'{class_name} {self.scores[class_name]:.2f}'
        return f'{self.name}: {score} (likeliest: {best})'

    def overlay(self, frame: np.ndarray, index: int) -> np.ndarray:
        """Tint the frame at ``index``, of any size, with its heat."""
        return overlay_heat(frame, self.heat[index], self.value_range)


@dataclass(frozen=True)
class Attention:
    """What several methods look at in a video, for one class.

    Args:
        class_name: One of the labels that the rows score.
        sentence: Whose words the heat is of.
        frames: (T, H, W, 3) uint8 RGB.
        captions: A line for each frame.
        rows: The methods; the others are compared with the first one.
        banners: In few words, what cannot be trusted in it.
    """

    class_name: str
    sentence: str
    frames: np.ndarray
    captions: tuple[str, ...]
    rows: tuple[AttentionRow, ...]
    banners: tuple[str, ...] = ()

    @property
    def head(self) -> list[str]:
        """Lines of text that stand above the pictures, banners last."""
        scores = [row.summary(self.class_name) for row in self.rows]
        return [self.class_name, self.sentence, *scores, *self.banners]

    @property
    def highest(self) -> float:
        """Saliency that counts as full height, for all rows."""
        return max(float(row.saliency.max()) for row in self.rows)


def attention_strip(attention: Attention) -> np.ndarray:
    """Lay out frames, the heat of each method under them, and the saliency.

    Args:
        attention: What is drawn.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    num_frames, rows = len(attention.frames), attention.rows
    width = (_STRIP_PX - _MARGIN_PX) // num_frames - _GAP_PX
    width = int(np.clip(width, _MIN_TILE_PX, _MAX_TILE_PX))
    tiles = [_scale(frame, width) for frame in attention.frames]
    lefts = [_MARGIN_PX + i * (width + _GAP_PX) for i in range(num_frames)]
    step = len(tiles[0]) + _GAP_PX
    top = _head_px(attention)
    tops = [top + step + _caption_px() + i * step for i in range(len(rows))]
    bottom = tops[-1] + step
    size = lefts[-1] + width + _GAP_PX, bottom + _PLOT_PX + _GAP_PX
    sheet = Image.new('RGB', size, PAPER)
    draw = ImageDraw.Draw(sheet)
    _write_head(draw, attention)
    _write_margin(draw, top, ['frames'])
    for left, tile, text in zip(lefts, tiles, attention.captions, strict=True):
        sheet.paste(Image.fromarray(tile), (left, top))
        _write_caption(draw, (left, top + step - _GAP_PX), text, width)
    for y, row in zip(tops, rows, strict=True):
        low, high = row.value_range
        _write_margin(
            draw, y, [row.name, f'blue {low:.2f}', f'red {high:.2f}']
        )
        for index, (left, tile) in enumerate(zip(lefts, tiles, strict=True)):
            sheet.paste(Image.fromarray(row.overlay(tile, index)), (left, y))
    _plot_saliency(draw, bottom, [x + width // 2 for x in lefts], attention)
    return np.asarray(sheet).copy()


def attention_frames(attention: Attention) -> Iterator[np.ndarray]:
    """Draw the methods side by side, and under each how its frames count.

    Args:
        attention: What is drawn, a panel a method.

    Yields:
        (H, W, 3) uint8 RGB, a picture for each frame.
    """
    rows = attention.rows
    lefts = [_GAP_PX + i * (_PANEL_PX + _GAP_PX) for i in range(len(rows))]
    top = _head_px(attention)
    for frame_idx, (frame, caption) in enumerate(
        zip(attention.frames, attention.captions, strict=True)
    ):
        tile = _scale(frame, _PANEL_PX)
        bars = top + len(tile) + _caption_px()
        size = lefts[-1] + _PANEL_PX + _GAP_PX, bars + _PLOT_PX + _GAP_PX
        picture = Image.new('RGB', size, PAPER)
        draw = ImageDraw.Draw(picture)
        _write_head(draw, attention)
        for index, (left, row) in enumerate(zip(lefts, rows, strict=True)):
            shown = Image.fromarray(row.overlay(tile, frame_idx))
            picture.paste(shown, (left, top))
            saliency = row.saliency[frame_idx]
            text = f'{row.name}, {caption}, saliency {saliency:.2f}'
            _write_caption(draw, (left, top + len(tile)), text, _PANEL_PX)
            heights = row.saliency / attention.highest
            _draw_bars(draw, (left, bars), heights, frame_idx, _colour(index))
        yield np.asarray(picture).copy()


def _scale(frame: np.ndarray, width: int) -> np.ndarray:
    factor = min(width / frame.shape[1], _MAX_ASPECT * width / frame.shape[0])
    rows, columns = (max(1, round(side * factor)) for side in frame.shape[:2])
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return cv2.resize(frame, (columns, rows), interpolation=method)


def _head_px(attention: Attention) -> int:
    lines = (len(attention.head) - 1) * line_height(_FONT)
    return line_height(_TITLE_FONT) + lines + 2 * _GAP_PX


def _caption_px() -> int:
    return line_height(_SMALL_FONT) + _GAP_PX


def _write_head(draw: ImageDraw.ImageDraw, attention: Attention) -> None:
    """The class, and what each method takes the video for."""
    title, *lines = attention.head
    inks = [INK, *map(_colour, range(len(attention.rows)))]
    inks += [_WARNING] * len(attention.banners)
    room = draw.im.size[0] - 2 * _GAP_PX
    y = _GAP_PX
    draw.text(
        (_GAP_PX, y), fit_text(title, _TITLE_FONT, room), INK, _TITLE_FONT
    )
    y += line_height(_TITLE_FONT)
    for line, ink in zip(lines, inks, strict=True):
        draw.text((_GAP_PX, y), fit_text(line, _FONT, room), ink, _FONT)
        y += line_height(_FONT)


def _write_margin(
    draw: ImageDraw.ImageDraw, y: int, lines: Sequence[str]
) -> None:
    for line in lines:
        text = fit_text(line, _FONT, _MARGIN_PX - 2 * _GAP_PX)
        draw.text((_GAP_PX, y), text, INK, _FONT)
        y += line_height(_FONT)


def _write_caption(
    draw: ImageDraw.ImageDraw, corner: tuple[int, int], text: str, width: int
) -> None:
    text = fit_text(text, _SMALL_FONT, width)
    draw.text((corner[0], corner[1] + 2), text, INK, _SMALL_FONT)


def _plot_saliency(
    draw: ImageDraw.ImageDraw,
    top: int,
    centres: Sequence[int],
    attention: Attention,
) -> None:
    """A curve a method, with the frames' centres as places in time."""
    highest = attention.highest
    right = draw.im.size[0] - _GAP_PX
    base = top + _PLOT_PX
    for y, text, anchor in ((base, '0', 'rd'), (top, f'{highest:.2f}', 'ra')):
        draw.line((_MARGIN_PX, y, right, y), _FAINT)
        draw.text((_MARGIN_PX - 4, y), text, INK, _SMALL_FONT, anchor)
    y = top + line_height(_SMALL_FONT)
    _write_margin(draw, y, ['saliency'])
    for index, row in enumerate(attention.rows):
        y += line_height(_FONT)
        draw.text((_GAP_PX, y), row.name, _colour(index), _FONT)
        heights = base - np.round(_PLOT_PX * row.saliency / highest)
        points = list(zip(centres, heights.tolist(), strict=True))
        draw.line(points, _colour(index), 3)
        for x, height in points:
            box = (x - 4, height - 4, x + 4, height + 4)
            draw.ellipse(box, _colour(index))


def _draw_bars(
    draw: ImageDraw.ImageDraw,
    corner: tuple[int, int],
    heights: np.ndarray,
    index: int,
    colour: RGB,
) -> None:
    """A bar a frame, up to 1 high; those yet to come are faint."""
    left, top = corner
    base = top + _PLOT_PX
    edges = np.linspace(left, left + _PANEL_PX, len(heights) + 1).astype(int)
    for other, height in enumerate(heights):
        y = base - max(1, round(_PLOT_PX * float(height)))
        box = (edges[other], y, edges[other + 1] - 3, base)
        draw.rectangle(box, colour if other <= index else _FAINT)
    # A mark under the bar of this frame.
    draw.rectangle((edges[index], base, edges[index + 1] - 3, base + 4), INK)


def _colour(index: int) -> RGB:
    """Grey for the first method, which others are compared with."""
    return class_colour(index) if index else (110, 110, 110)


def save_attention(seen: Attention, picture: Path, film: Path) -> None:
    """Write the picture, then the film.

    Args:
        seen: What is drawn.
        picture: File, .png or .jpg.
        film: File, .mp4.
    """
    save_image(picture, attention_strip(seen))
    with VideoWriter(film, _FPS) as writer:
        for frame in attention_frames(seen):
            writer.write(frame)
