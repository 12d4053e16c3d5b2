"""Own data without unseen labels, from annotations to a test."""

import re

from bad_inputs import assert_one_line
from page_data_worlds import ACTIONS, write_own_data

from stclip.cli.command import run
from stclip.cli.main import group


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
