"""The shipped CLIP at its gates, and the table of it."""

import numpy as np

from stclip.benchmarking.clip_gates import Gate
from stclip.benchmarking.tiny_clip import gate_table
from stclip.cli.accuracy import tiny_clip


def test_shipped_clip_passes_its_gates(monkeypatch):
    monkeypatch.setattr(gate_table, '_SCENES', 60)
    gates, found = gate_table.measure()
    assert len(gates) == 5
    assert [gate for gate in gates if not gate.passed] == []
    # By chance one in sixty, and five.
    assert found['caption retrieval among 60, top 1'] > 0.1
    assert found['caption retrieval among 60, top 5'] > 0.3


def test_stills_are_whole_scenes_and_close_ups(monkeypatch):
    monkeypatch.setattr(gate_table, '_SCENES', 4)
    pictures, captions = gate_table.new_stills(48)
    assert pictures.shape == (4, 48, 48, 3) and pictures.dtype == np.uint8
    assert len(set(captions)) == 4
    same, again = gate_table.new_stills(48)
    np.testing.assert_array_equal(same, pictures)
    assert again == captions


def test_what_methods_add_is_asked_for():
    texts = gate_table.added_texts()
    assert len(texts) > 60 * 16
    assert not any('{' in text for text in texts)


def test_table_says_what_was_wanted(monkeypatch, tmp_path, capsys):
    gates = [
        Gate('mean cosine of names', 0.5, 0.3, 0.8),
        Gate('known words', 0.9, low=0.98),
    ]
    monkeypatch.setattr(
        gate_table, 'measure', lambda: (gates, {'found': 0.25})
    )
    page = tmp_path / 'docs' / 'zs_stage.md'
    page.parent.mkdir()
    page.write_text(
        'a\n<!-- zs_stage_clip: start -->\nold\n<!-- zs_stage_clip: end -->\n'
    )
    monkeypatch.chdir(tmp_path)
    tiny_clip.main(['--write-docs'], standalone_mode=False)
    lines = page.read_text().splitlines()
    assert 'old' not in lines
    shown = capsys.readouterr().out
    for line in (
        '| mean cosine of names | 0.5 | at least 0.3, at most 0.8 | passed |',
        '| known words | 0.9 | at least 0.98 | NOT PASSED |',
        '| found | 0.25 | | |',
    ):
        assert line in lines and line in shown
