"""Shapes cover the pixels that geometry says they cover."""

import numpy as np
import pytest

from stclip.zs_stage.painter import HEIGHT, SUPERSAMPLING, WIDTH, Camera

RED = (200, 0, 0)
# Every touched pixel counts as a person's, and widths are rounded.
SLACK = 1.5


def frame_points():
    """(HEIGHT * WIDTH, 2) x, y of all pixels."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([columns, rows], -1).reshape(-1, 2).astype(float)


def canvas_points():
    """The same for the canvas, in the units of the frame."""
    rows, columns = np.mgrid[: 2 * HEIGHT, : 2 * WIDTH]
    points = np.stack([columns, rows], -1).reshape(-1, 2)
    return points / SUPERSAMPLING


def beyond_line(points, start, end, width):
    """How far each point is outside of a line with round ends."""
    start, way = np.array(start), np.array(end) - start
    part = np.clip((points - start) @ way / (way @ way), 0, 1)
    nearest = start + part[:, None] * way
    return np.hypot(*(points - nearest).T) - width / 2


def beyond_polygon(points, corners):
    """How far each point is outside of a convex clockwise polygon."""
    distances = []
    for one, other in zip(corners, np.roll(corners, -1, 0), strict=True):
        way = (other - one) / np.hypot(*(other - one))
        outward = np.array([way[1], -way[0]])
        distances.append((points - one) @ outward)
    return np.max(distances, axis=0)


def beyond_circle(points, centre, radius):
    return np.hypot(*(points - centre).T) - radius


def assert_covers(drawn, beyond):
    """Everything well inside is drawn, nothing well outside."""
    drawn = drawn.reshape(-1)
    assert (beyond < -SLACK).any()
    assert drawn[beyond < -SLACK].all()
    assert not drawn[beyond > SLACK].any()


def assert_drawn(painter, owner, beyond):
    """``beyond`` gives the distance for points in frame pixels."""
    assert_covers(painter.owners == owner, beyond(frame_points()))
    red = (painter.canvas == RED).all(-1)
    assert_covers(red, beyond(canvas_points()))


@pytest.mark.parametrize(
    'start, end, width',
    [
        ((20, 30), (60, 30), 8),
        ((70, 90), (70, 40), 5),
        ((30, 100), (120, 35), 11),
        ((50.5, 60.25), (90.25, 80.5), 6),
        ((150, 50), (200, 50), 8),
    ],
)
def test_line(stage, start, end, width):
    painter = stage.painter()
    painter.owner = 3
    painter.line(start, end, width, RED)
    assert_drawn(painter, 3, lambda p: beyond_line(p, start, end, width))


@pytest.mark.parametrize(
    'corners',
    [
        [(20, 30), (60, 30), (60, 50), (20, 50)],
        [(80, 20), (120, 70), (60, 90)],
        [(-50, 60), (40, 20), (40, 100)],
    ],
)
def test_polygon(stage, corners):
    corners = np.array(corners, float)
    painter = stage.painter()
    painter.owner = 1
    painter.polygon(corners, RED)
    assert_drawn(painter, 1, lambda p: beyond_polygon(p, corners))


@pytest.mark.parametrize('zoom', [1.0, 1.5])
def test_circle(stage, zoom):
    painter = stage.painter(target=(70, 50), zoom=zoom)
    painter.owner = 2
    painter.ellipse((70, 50), (20, 20), RED)
    assert_drawn(painter, 2, lambda p: beyond_circle(p, (80, 60), 20 * zoom))


def test_ellipse_is_turned_clockwise(stage):
    """40 pixels to the lower right, 10 pixels across."""
    painter = stage.painter()
    painter.owner = 2
    painter.ellipse((80, 60), (40, 10), RED, angle=45.0)
    for distance, drawn in ((0, 1), (38, 1), (-38, 1), (44, 0)):
        for axis, part in (((1, 1), 1.0), ((-1, 1), 0.25)):
            step = distance * part * np.array(axis) / np.sqrt(2)
            x, y = np.rint(np.array([80, 60]) + step).astype(int)
            assert painter.owners[y, x] == 2 * drawn
    # The long axis of the mirrored ellipse would be here.
    assert painter.owners[60 + 21, 80 - 21] == 0


def test_arc_draws_a_part(stage):
    """Angles go clockwise from the right: the lower half."""
    painter = stage.painter()
    painter.owner = 1
    painter.ellipse((80, 60), (20, 20), RED, 0.0, (0.0, 180.0))
    assert painter.box_of(1) == (60, 60, 101, 81)


def test_path_is_lines_through_all_points(stage):
    points = np.array([(20, 30), (60, 30), (60, 80)])
    whole, parts = stage.painter(), stage.painter()
    whole.owner = parts.owner = 1
    whole.path(points, 5, RED)
    parts.line(points[0], points[1], 5, RED)
    parts.line(points[1], points[2], 5, RED)
    # But for the smoothed edge where the lines meet.
    gaps = np.abs(whole.canvas.astype(int) - parts.canvas)
    assert (gaps > 1).sum() < 80 and gaps.max() < 30
    np.testing.assert_array_equal(whole.owners, parts.owners)


def test_shapes_are_paths_and_polygons(stage):
    """In their order, each in its own colour and with its own points."""
    corners = np.array([(20, 30), (60, 30), (60, 80), (30, 70)], float)
    way = np.array([(30, 20), (90, 60), (100, 20)], float)
    one, many = stage.painter(), stage.painter()
    one.owner = many.owner = 2
    one.polygon(corners, RED)
    one.path(way, 4, (0, 0, 250))
    parts = [(4, 0.0, RED), (7, 4.0, (0, 0, 250))]
    many.shapes(np.concatenate([corners, way]), parts)
    np.testing.assert_array_equal(one.canvas, many.canvas)
    np.testing.assert_array_equal(one.owners, many.owners)


def test_grown_shapes_are_their_edges(stage):
    """A polygon's closed outline, and a wider path."""
    corners = np.array([(20, 30), (60, 30), (60, 80)], float)
    edges, ring = stage.painter(), stage.painter()
    edges.shapes(corners, [(3, 0.0, RED)], grown=4.0)
    ring.path(np.vstack([corners, corners[:1]]), 4.0, RED)
    gaps = np.abs(edges.canvas.astype(int) - ring.canvas)
    assert (gaps > 40).sum() < 20
    thin, thick = stage.painter(), stage.painter()
    thin.shapes(corners, [(3, 2.0, RED)], grown=3.0)
    thick.path(corners, 5.0, RED)
    np.testing.assert_array_equal(thin.canvas, thick.canvas)


@pytest.mark.parametrize(
    'target, zoom', [((80, 60), 2.0), ((90, 55), 1.0), ((70, 66), 0.9)]
)
def test_camera_moves_and_magnifies(stage, target, zoom):
    """A point at ``target`` is in the middle of the frame."""
    painter = stage.painter(target=target, zoom=zoom)
    painter.owner = 1
    painter.line((75, 50), (95, 65), 8, RED)
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    start, end = (
        middle + zoom * (np.array(point) - target)
        for point in ((75, 50), (95, 65))
    )
    assert_drawn(painter, 1, lambda p: beyond_line(p, start, end, 8 * zoom))


def test_backdrop_moves_with_the_camera(stage):
    """What stands on the stage stays under what is drawn on it."""
    backdrop = stage.backdrop.copy()
    # Margin of 20 pixels, 2 canvas pixels each: stage pixels 60..70, 40..50.
    backdrop[2 * 60 : 2 * 70, 2 * 80 : 2 * 90] = RED
    painter = type(stage)(backdrop).painter(target=(70, 55), zoom=1.5)
    red = (painter.canvas == RED).all(-1)
    square = np.array([(60, 40), (70, 40), (70, 50), (60, 50)], float)
    square = np.array([80, 60]) + 1.5 * (square - [70, 55])
    # The last row and column of the square end where the next would begin.
    assert_covers(red, beyond_polygon(canvas_points(), square))


def test_target_is_the_middle_and_distances_grow():
    affine = Camera((90.0, 50.0), 1.5).affine()
    assert (affine @ [90, 50, 1]).tolist() == [80, 60]
    assert (affine @ [92, 49, 1]).tolist() == [83, 58.5]


def test_box_is_tight(stage):
    """Compared with a walk over all pixels."""
    painter = stage.painter()
    painter.owner = 1
    painter.line((20, 30), (60, 44), 6, RED)
    painter.ellipse((80, 60), (4, 4), RED)
    painter.owner = 2
    painter.ellipse((24, 32), (9, 9), RED)
    for owner in (1, 2):
        x1, y1, x2, y2 = WIDTH, HEIGHT, 0, 0
        for y in range(HEIGHT):
            for x in range(WIDTH):
                if painter.owners[y, x] == owner:
                    x1, y1 = min(x1, x), min(y1, y)
                    x2, y2 = max(x2, x + 1), max(y2, y + 1)
        assert painter.box_of(owner) == (x1, y1, x2, y2)
    assert painter.box_of(3) is None


def test_owners_hide_one_another(stage):
    square = np.array([(20, 20), (59, 20), (59, 59), (20, 59)])
    painter = stage.painter()
    painter.owner = 1
    painter.polygon(square, RED)
    assert painter.box_of(1) == (20, 20, 60, 60)
    painter.owner = 2  # a person in front of the right half
    painter.polygon(square + np.array([20, 0]), RED)
    assert painter.box_of(1) == (20, 20, 40, 60)
    painter.owner = 0  # a wall before the lower half of both
    painter.polygon(square + np.array([0, 20]), RED)
    assert painter.box_of(1) == (20, 20, 40, 40)
    assert painter.box_of(2) == (40, 20, 80, 60)
    painter.owner = None  # a thing that does not count
    painter.polygon(square, RED)
    painter.line((0, 0), (100, 100), 9, RED)
    painter.ellipse((40, 40), (30, 30), RED)
    assert painter.box_of(1) == (20, 20, 40, 40)


def test_frame_averages_the_canvas(stage):
    painter = stage.painter()
    painter.polygon(np.array([(20, 20), (60, 35), (30, 59)]), RED)
    tiles = painter.canvas.reshape(HEIGHT, 2, WIDTH, 2, 3)
    expected = tiles.astype(float).mean((1, 3))
    assert np.abs(painter.frame() - expected).max() <= 0.5
