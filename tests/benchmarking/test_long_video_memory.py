"""Memory of a long video, by the benchmark's own code."""

import gc
import re
import tracemalloc

from stclip.apis.inferencer import ActionInferencer
from stclip.benchmarking.speed import long_video


def test_every_step_is_measured_for_each_length(capsys):
    options = dict(persons=2, model='none', draw=True)
    long_video.run(long_video.Options(frames=(10, 40), **options))
    head, *lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r'models: \d+ MB', head)
    rows = [line.strip('| ').split(' | ') for line in lines[2:]]
    steps = ['looking', 'JSON file', 'contact sheet', 'drawn video']
    assert [row[:2] for row in rows] == [
        [count, step] for count in ('10', '40') for step in steps
    ]
    assert all(float(row[2]) < 200 for row in rows)


def test_memory_does_not_grow_with_the_keyframes(tmp_path):
    """A picture that was kept would be seen, 9 KB each, and so a result."""
    infer = ActionInferencer(
        'stage',
        device='cpu',
        detector=long_video.Persons(3),
    )
    infer.model = long_video.EqualScores()
    peaks = []
    for count in (20, 20, 80):
        video = long_video.write(tmp_path / f'{count}.mp4', count)
        gc.collect()
        tracemalloc.start()
        for _ in long_video.measure(infer, video, base=0, draw=False):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # The first one fills what libraries keep once and for all.
    assert peaks[2] - peaks[1] < 60 * 2000
