import numpy as np
from PIL import Image

from stclip.visualization import save_confusion_matrix


def darkest(path):
    """Row and column, as fractions of the picture, of what is drawn as 1."""
    pixels = np.asarray(Image.open(path).convert('RGB'))
    # Without the colour bar at the right.
    pixels = pixels[:, : int(0.8 * pixels.shape[1])]
    places = np.argwhere((pixels == (8, 48, 107)).all(axis=-1))
    return places.mean(axis=0) / pixels.shape[:2]


def test_rows_are_fractions(tmp_path):
    """A class of many videos is no darker than one of few."""
    names = [f'class {i}' for i in range(4)]
    confusion = np.zeros((4, 4), int)
    confusion[0] = 10, 30, 30, 30
    confusion[3, 0] = 1
    path = tmp_path / 'a' / 'confusion_matrix.png'
    save_confusion_matrix(path, names, confusion)
    row, column = darkest(path)
    confusion[3] = 0, 0, 0, 1
    save_confusion_matrix(path, names, confusion)
    row_after, column_after = darkest(path)
    assert row == row_after > 0.4
    assert column_after - column > 0.3


def test_many_classes_without_names(tmp_path):
    names = [f'a very long name {i}' for i in range(400)]
    path = tmp_path / 'confusion_matrix.png'
    save_confusion_matrix(path, names, np.eye(400, dtype=int))
    assert max(Image.open(path).size) < 2500
