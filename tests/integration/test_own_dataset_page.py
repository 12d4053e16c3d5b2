"""The commands of docs/how_to/own_dataset.md, as they stand there."""

import csv
import re
import shlex
from pathlib import Path

from bad_inputs import assert_one_line
from synthetic_media import make_frames, write_video

from stclip.cli.command import run
from stclip.cli.main import group

PAGE = Path(__file__).parents[2] / 'docs/how_to/own_dataset.md'
COMMANDS = [
    line
    for block in re.findall(r'```bash\n(.*?)```', PAGE.read_text(), re.S)
    for line in block.splitlines()
]
ACTIONS = ('golf', 'clap', 'jump', 'wave')


def write_own_data(folder):
    """A video for each action, with a person on two frames."""
    rows = [['video', 'frame', 'x1', 'y1', 'x2', 'y2', 'label']]
    for seed, action in enumerate(ACTIONS):
        frames = make_frames(12, 64, 64, seed)
        write_video(folder / f'videos/{action}.mp4', frames)
        rows += [
            [f'{action}.mp4', frame, 8, 8, 40, 60, action] for frame in (4, 9)
        ]
    with (folder / 'annotations.csv').open('w', newline='') as file:
        csv.writer(file).writerows(rows)


def test_commands_run(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    write_own_data(tmp_path)
    assert len(COMMANDS) == 4
    for command in COMMANDS:
        program, *words = shlex.split(command)
        assert program == 'stclip'
        run(group, words, program)
    shown = capfd.readouterr().out
    # Both tests are of the unseen labels alone, on their videos.
    tables = re.findall(r'^(golf|clap|jump|wave) +(\d+)', shown, re.M)
    assert tables == [('golf', '2'), ('clap', '2')] * 2
    assert shown.count('4 keyframes, 0 of them without') == 2
    assert Path('runs/stclip/iter_1.pth').exists()


def test_without_unseen_labels_all_are_tested(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    write_own_data(tmp_path)
    for words in (
        'convert-data annotations.csv --videos videos --out own --config '
        'clip/zs_stage_single_full_frame.py',
        'test own/zs_stage_single_full_frame.py',
    ):
        run(group, words.split(), 'stclip')
    shown = capfd.readouterr().out
    tables = re.findall(r'^(golf|clap|jump|wave) +(\d+)', shown, re.M)
    assert tables == [(name, '2') for name in sorted(ACTIONS)]
    line = 'train own/zs_stage_single_full_frame.py'
    assert_one_line(line, 'train_dataloader', capfd)
