"""Timing of whole commands: beside busy processes, and over their parts."""

from pathlib import Path

import pytest

from stclip.apis.inferencer import ActionInferencer
from stclip.benchmarking.speed import infer, waiting
from stclip.utils.errors import UserError


def busy():
    """Processes of this machine that never wait."""
    found = []
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            words = (folder / 'cmdline').read_bytes().split(b'\0')
        except OSError:
            continue  # it has just ended
        if b'while True: pass' in words:
            found.append(folder.name)
    return found


def test_busy_processes_are_there_and_go():
    before = set(busy())
    with waiting.busy_processes(2):
        # A process has no words in the first moment after it was started.
        looks = (set(busy()) - before for _ in range(100))
        assert any(len(found) == 2 for found in looks)
    assert set(busy()) - before == set()
    with waiting.busy_processes(0):
        assert set(busy()) - before == set()


def test_a_command_is_timed_and_its_fault_told(tmp_path):
    assert waiting.seconds(tmp_path, ('--version',), {}) > 0
    assert 'stclip' in (tmp_path / 'log.txt').read_text()
    with pytest.raises(UserError, match=r"stclip no failed: .*command 'no'"):
        waiting.seconds(tmp_path, ('no',), {})
    # Nobody waits for what can no longer be the better choice.
    assert waiting.seconds(tmp_path, ('--version',), {}, 1e-3) == 1e-3


def test_the_ratio_is_to_the_better_choice():
    times = dict(ours=11.0, passive=10.0, busy=20.0)
    assert waiting.row('train', 4, times) == (
        '| train | 4 | 11.0 | 10.0 | 20.0 | 1.10 |'
    )


def test_what_is_said_to_openmp(tmp_path, monkeypatch):
    """Each choice alone, whatever stood in the environment."""
    monkeypatch.setenv('OMP_WAIT_POLICY', 'ACTIVE')
    seen = []
    monkeypatch.setattr(
        waiting,
        'running',
        lambda command, output, folder, variables: (
            seen.append(variables) or Done()
        ),
    )
    for environment in waiting.CHOICES.values():
        waiting.seconds(tmp_path, ('x',), environment)
    names = ('OMP_WAIT_POLICY', 'GOMP_SPINCOUNT', 'OMP_NUM_THREADS')
    assert [{k: v for k, v in e.items() if k in names} for e in seen] == [
        {},
        {'OMP_WAIT_POLICY': 'PASSIVE'},
        {'GOMP_SPINCOUNT': '300000'},
    ]


class Done:
    """A process that has ended well."""

    returncode = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def wait(self, limit):
        assert limit is None


def test_parts_of_a_look_do_the_whole_work(tmp_path, capsys):
    """As many keyframes and persons as the whole look."""
    look = ActionInferencer('stage', None, 'cpu', 'stage')
    look.box_threshold, look.max_persons = 0.0, 3
    parts = infer.Parts(look, [infer.write('mp4', tmp_path, 0)])
    parts.fill()
    whole = look(parts.paths[0], parts.labels, 8)
    batches = [sample for batch in parts.batches for sample in batch]
    assert [s['frame_idx'] for s in batches] == [0, 8, 16, 24, 32]
    assert [f.frame_idx for f in whole.frames] == [0, 8, 16, 24, 32]
    persons = [len(p.scores[:3]) for each in parts.persons for p in each]
    assert [len(frame) for frame in whole.frames] == persons
    infer.run(infer.Options('stage', videos=1, repeats=1))
    lines = capsys.readouterr().out.splitlines()
    (row,) = (line for line in lines if line.startswith('| stage'))
    cells = [float(cell) for cell in row.split('|')[2:-1]]
    assert cells[3] == pytest.approx(sum(cells[:3]), abs=0.02)
    assert cells[5] == pytest.approx(cells[4] / cells[3], rel=0.1)
    assert lines[-1].startswith('| 20 | 33750 |')
