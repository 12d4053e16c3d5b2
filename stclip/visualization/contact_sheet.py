"""One picture that shows many frames at a glance."""

from collections.abc import Sequence
from math import ceil, sqrt

import cv2
import numpy as np
from PIL import Image

from stclip.utils.errors import UserError
from stclip.visualization.banner import banner_strip
from stclip.visualization.lettering import Lettering
from stclip.visualization.timeline import TimelineRow, timeline_strip
from stclip.visualization.typography import INK, PAPER, fit_text, line_height

_GAP_PX = 8
TILE_WIDTH_PX = 480
# Tiles are at most this many times as high as wide: a sheet of very narrow
# frames would have more rows than a picture can.
_MAX_ASPECT = 3


def contact_sheet(
    images: Sequence[np.ndarray],
    captions: Sequence[str],
    columns: int | None = None,
    tile_width_px: int = TILE_WIDTH_PX,
    banners: Sequence[str] = (),
    timeline: Sequence[TimelineRow] = (),
) -> np.ndarray:
    """Lay images out in a grid, row by row, each over its caption.

    Args:
        images: (H, W, 3) uint8 RGB each; sizes may differ. Every one is
            scaled into a tile of the first one's shape (at most three times
            as high as wide), keeping its own.
        captions: One line per image; too long ones are cut.
        columns: Images in a row, or ``None`` for a nearly square grid.
        tile_width_px: Width of a tile.
        banners: What stands above all images, where none misses it.
        timeline: Who does what when, below all images.

    Returns:
        (H', W', 3) uint8 RGB.

    Raises:
        ValueError: For no images, or counts that differ.
    """
    if not images or len(images) != len(captions):
        raise UserError(
            'a contact sheet needs at least one image and a caption for each, '
            f'got {len(images)} images and {len(captions)} captions'
        )
    columns = columns or ceil(sqrt(len(images)))
    rows = ceil(len(images) / columns)
    height, width = images[0].shape[:2]
    aspect = min(height / width, _MAX_ASPECT)
    tile_height_px = max(1, round(tile_width_px * aspect))
    font = Lettering(max(12, tile_width_px // 28))
    caption_px = line_height(font) + 4
    step_x = tile_width_px + _GAP_PX
    step_y = tile_height_px + caption_px + _GAP_PX
    sheet = Image.new(
        'RGB', (columns * step_x + _GAP_PX, rows * step_y + _GAP_PX), PAPER
    )
    for index, (image, caption) in enumerate(
        zip(images, captions, strict=True)
    ):
        row, column = divmod(index, columns)
        left, top = _GAP_PX + column * step_x, _GAP_PX + row * step_y
        tile = _fit(image, tile_height_px, tile_width_px)
        sheet.paste(Image.fromarray(tile), (left, top))
        middle = (left, top + tile_height_px + caption_px // 2)
        line = fit_text(caption, font, tile_width_px)
        font.draw(sheet, middle, line, INK)
    head = banner_strip(banners, sheet.width, font.size + 4)
    foot = timeline_strip(timeline, sheet.width, font.size)
    return np.concatenate([head, np.asarray(sheet), foot])


def _fit(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Scale an image into a tile, centred on paper."""
    factor = min(height / image.shape[0], width / image.shape[1])
    new_hw = [max(1, round(side * factor)) for side in image.shape[:2]]
    small = cv2.resize(image, new_hw[::-1], interpolation=cv2.INTER_AREA)
    tile = np.full((height, width, 3), PAPER, dtype=np.uint8)
    top, left = (height - new_hw[0]) // 2, (width - new_hw[1]) // 2
    tile[top : top + new_hw[0], left : left + new_hw[1]] = small
    return tile
