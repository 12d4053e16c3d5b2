"""The table of tests with boxes of two sources: what it counts."""

from stclip.benchmarking.speed import box_sources


def test_what_is_counted(capsys):
    """A frame, a crop and ST-CLIP's own sequence; equal samples once."""
    box_sources.run(box_sources.Options('small', 1, 2, 1, 1, 'cpu'))
    table = capsys.readouterr().out.split('---|\n')[1]
    cells = [line.strip('| ').split(' | ') for line in table.splitlines()]
    found = {(row[0], row[1]): row[2:] for row in cells if len(row) == 7}
    counted = {key: float(row[3]) for key, row in found.items()}
    assert counted['CLIP, crops', 'differ'] == 2
    assert counted['CLIP, crops', 'coincide'] == 1
    # Two crops, two sequences and a frame, over one of each.
    assert 1.6 < counted['ST-CLIP', 'differ'] < 1.7
    assert counted['ST-CLIP', 'coincide'] == 1
    assert all(float(row[4]) > 0 for row in found.values())
