"""Text in scripts that the main font lacks, with fonts made for the test."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from small_fonts import write_font

from stclip.visualization import lettering
from stclip.visualization.lettering import (
    Lettering,
    missing_letters,
    warn_of_missing_letters,
)
from stclip.visualization.typography import fit_text, load_font

PAPER, INK = (255, 255, 255), (200, 0, 0)


def forget():
    for cached in (
        *(lettering._fonts, lettering._other_font, lettering._split),
        *(lettering._letters_of, warn_of_missing_letters),
    ):
        cached.cache_clear()


@pytest.fixture
def fonts(monkeypatch):
    """Let the machine have these font files alone."""

    def use(*paths):
        monkeypatch.setattr(lettering, 'findSystemFonts', lambda: list(paths))
        monkeypatch.setattr(lettering, 'package_fonts', list)
        forget()

    yield use
    forget()


def drawn(text, size=40):
    image = Image.new('RGB', (400, 80), PAPER)
    Lettering(size).draw(image, (10, 40), text, INK)
    return np.asarray(image)


def squares(image):
    """Columns from start to end of each block of ink as high as a square."""
    full = (image == INK).all(axis=2).sum(axis=0) > 30
    edges = np.flatnonzero(np.diff(np.r_[False, full, False]))
    return [tuple(edge) for edge in edges.reshape(-1, 2)]


def test_letters_come_from_another_font(fonts, tmp_path):
    fonts(write_font(tmp_path / 'a.ttf', '走る'))
    # 80 % of 40 px, one after the other.
    found = squares(drawn('走る'))
    assert [end - start for start, end in found] == [32, 32]
    assert found[0][0] == 14 and found[1][0] == 54
    rows = np.flatnonzero((drawn('走') == INK).all(axis=2).any(axis=1))
    ascent, descent = load_font(40).getmetrics()
    base = 40 + (ascent - descent) / 2
    assert abs(rows.max() + 1 - base) <= 1
    assert Lettering(40).getlength('走る') == 80


def test_runs_follow_each_other(fonts, tmp_path):
    fonts(write_font(tmp_path / 'a.ttf', '走'))
    main = load_font(40)
    text = Lettering(40)
    expected = main.getlength('go ') + 40 + main.getlength(' on')
    assert text.getlength('go 走 on') == pytest.approx(expected)
    ((start, _),) = squares(drawn('go 走 on'))
    assert abs(start - (10 + main.getlength('go ') + 4)) <= 1


def test_main_font_draws_what_it_has(fonts, tmp_path):
    """Also Arabic, whose letters are joined and go leftwards."""
    fonts(write_font(tmp_path / 'a.ttf', 'waveيلوح'))
    for text in ('wave', 'Ärger', 'يلوح بيده'):
        plain = Image.new('RGB', (400, 80), PAPER)
        font = load_font(40)
        ascent, descent = font.getmetrics()
        where = (10, 40 + (ascent - descent) / 2)
        ImageDraw.Draw(plain).text(where, text, INK, font, anchor='ls')
        assert np.array_equal(drawn(text), np.asarray(plain)), text
    letters = Lettering(40)
    joined = letters.getlength('يلوح')
    assert joined < sum(letters.getlength(char) for char in 'يلوح')


def test_marks_stay_with_their_letter(fonts, tmp_path):
    first = write_font(tmp_path / 'a-sans.ttf', '走\u3099🏃🚀')
    second = write_font(tmp_path / 'b.ttf', '\u3099\u200d🚀')
    fonts(second, first)
    assert lettering._split('走\u3099a') == ((first, '走\u3099'), ('', 'a'))
    # A joined emoji is one picture.
    joined = '🏃\u200d🚀'
    assert lettering._split(joined) == ((first, joined),)
    assert lettering._split('🏃🏽\ufe0f') == ((first, '🏃🏽\ufe0f'),)


def test_bold_letters_without_serifs_come_first(fonts, tmp_path):
    names = ('x-serif.ttf', 'a-sans.ttf', 'z-Sans-Bold.ttf')
    paths = [write_font(tmp_path / name, '走') for name in names]
    fonts(*paths)
    assert lettering._split('走') == ((paths[2], '走'),)


def test_spaces_go_on_in_the_font_of_a_word(fonts, tmp_path):
    path = write_font(tmp_path / 'a.ttf', '走る ')
    fonts(path)
    assert lettering._split('走 る b') == ((path, '走 る '), ('', 'b'))


def test_a_file_that_is_no_font_is_passed_over(fonts, tmp_path):
    (tmp_path / 'a.ttf').write_text('no font')
    path = write_font(tmp_path / 'b.ttf', '走')
    fonts(str(tmp_path / 'a.ttf'), str(tmp_path / 'gone.ttf'), path)
    assert lettering._split('走') == ((path, '走'),)


def test_what_no_font_has_is_told_once(fonts, tmp_path, caplog, monkeypatch):
    fonts(write_font(tmp_path / 'a.ttf', '走'))
    assert missing_letters(['走る', 'run る', 'यह']) == 'るयह'
    lines = []
    monkeypatch.setattr(
        lettering, 'print_log', lambda line, *args: lines.append(line)
    )
    for _ in range(3):
        warn_of_missing_letters(('走る',))
    (line,) = lines
    assert 'has the letters る' in line and 'stclip[fonts]' in line
    warn_of_missing_letters(('走', 'run'))
    assert len(lines) == 1


def test_texts_are_cut_by_their_real_width(fonts, tmp_path):
    fonts(write_font(tmp_path / 'a.ttf', '走'))
    text = Lettering(20)
    cut = fit_text('走' * 30, text, 200)
    assert text.getlength(cut) <= 200 < text.getlength('走' + cut)
    assert set(cut) == {'走', '…'}


class PictureFont:
    """A font with letters of 109 px alone, as those of emoji are."""

    def __init__(self, path):
        self.path = path

    def __call__(self, path, size):
        if path == self.path and size != 109:
            raise OSError('invalid pixel size')
        return REAL(path, size)


REAL = lettering.ImageFont.truetype


@pytest.mark.parametrize('size', [14, 40])
def test_fonts_of_one_size_are_shrunk(fonts, tmp_path, monkeypatch, size):
    path = write_font(tmp_path / 'a.ttf', '🏃')
    lettering._sized.cache_clear()
    monkeypatch.setattr(lettering.ImageFont, 'truetype', PictureFont(path))
    fonts(path)
    try:
        assert Lettering(size).getlength('🏃') == pytest.approx(size)
        image = drawn('🏃', size)
        # No edge is darker than ink and paper are.
        assert (image >= np.subtract(INK, 2)).all()
        seen = (np.abs(np.subtract(PAPER, image)) > 60).any(axis=2)
        columns = np.flatnonzero(seen.any(axis=0))
        assert np.ptp(columns) + 1 == pytest.approx(0.8 * size, abs=2)
        assert columns.min() == pytest.approx(10 + 0.1 * size, abs=1)
    finally:
        lettering._sized.cache_clear()


def test_fonts_of_packages_come_last(tmp_path, monkeypatch):
    """Whatever is installed: files of a font package are among them."""
    names = ('b-sans-bold.ttf', 'LastResort.ttf')
    ours = [write_font(tmp_path / name, '走る') for name in names]
    system = write_font(tmp_path / 'z.ttf', '走')
    monkeypatch.setattr(lettering, 'findSystemFonts', lambda: [system])
    monkeypatch.setattr(lettering, 'package_fonts', lambda: ours)
    forget()
    try:
        assert lettering._split('走る') == ((system, '走'), (ours[0], 'る'))
    finally:
        forget()


def test_fonts_of_packages_are_found():
    """Matplotlib's, which is installed wherever this is."""
    names = {path.rpartition('/')[2] for path in lettering.package_fonts()}
    assert {'DejaVuSans-Bold.ttf', 'cmr10.ttf'} <= names


def test_variable_fonts_are_bold():
    class Variable:
        """A font with a weight and a width."""

        def get_variation_axes(self):
            return [
                dict(name=b'Width', minimum=50, default=100, maximum=150),
                dict(name=b'Weight', minimum=100, default=100, maximum=900),
            ]

        def set_variation_by_axes(self, values):
            self.values = values

    font = Variable()
    lettering._embolden(font)
    assert font.values == [100, 700]
