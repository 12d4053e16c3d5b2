"""Writing of figures: what matplotlib's own way gives, in half the time."""

from matplotlib.figure import Figure

from stclip.visualization.figures import (
    names_on_axis,
    new_figure,
    save_figure,
)


def drawn():
    figure = new_figure(3, 2, ['not to be trusted'])
    axes = figure.subplots()
    axes.imshow([[0, 1], [1, 0]], cmap='Blues')
    names_on_axis(axes.yaxis, ['stand up', 'a far longer name'])
    return figure


def test_a_figure_is_drawn_once(tmp_path, monkeypatch):
    """Its layout is that of ``savefig``, which draws to know it."""
    drawn().savefig(tmp_path / 'expected.png')
    draws, usual = [], Figure.draw
    monkeypatch.setattr(
        Figure, 'draw', lambda *args: draws.append(args) or usual(*args)
    )
    save_figure(tmp_path / 'found.png', drawn())
    assert len(draws) == 1
    found, expected = (
        (tmp_path / f'{name}.png').read_bytes()
        for name in ('found', 'expected')
    )
    assert found == expected
