"""Wrong input to what writes knowledge or runs benchmarks.

See bad_inputs.py.
"""

import pytest
from bad_inputs import assert_one_line, everything, ids, put

WRITE = 'generate --labels names.txt --model m --out r.jsonl'
THERE = 'is there already; --overwrite'


def copy_names(path):
    path.hardlink_to(path.with_name('names.txt'))


CASES = [
    # attributes and graphs
    ('attributes', {}, 'Missing command'),
    ('attributes check no', {}, 'no'),
    ('graphs check no', {}, 'no'),
    (f'attributes {WRITE}', {}, "'--llm'"),
    (f'attributes {WRITE} --llm http://x', {}, "'--descriptions'"),
    (f'attributes {WRITE} --llm http://x --descriptions d', {}, 'd does not'),
    (f'graphs {WRITE} --llm http://x --timeout 0', {}, 'within 0 s'),
    (f'graphs {WRITE} --llm ftp://x', {}, 'the address of the language'),
    (f'graphs {WRITE} --llm http://x --out names.txt', {}, 'names.txt'),
    (
        f'graphs {WRITE} --llm http://x --out n',
        {'n.answers.jsonl': copy_names},
        'n.answers.jsonl would be written over names.txt',
    ),
    (
        f'attributes {WRITE} --llm http://x --descriptions r.jsonl',
        {'r.jsonl': ''},
        'r.jsonl would be written over r.jsonl',
    ),
    (f'graphs {WRITE} --llm http://x', {'r.jsonl': ''}, f'r.jsonl {THERE}'),
    (
        'graphs generate --labels no.txt --llm http://x --model m --out r',
        {},
        'no.txt',
    ),
    # benchmark
    (
        'benchmark zs_jhmdb --out x',
        {'x/table.md': 'mine'},
        'table.md is there already, and no zs_jhmdb.json',
    ),
    ('benchmark zs_jhmdb --out /proc/no', {}, '/proc cannot be written'),
    ('benchmark', {}, 'Missing command'),
    ('benchmark mnist', {}, "No such command 'mnist'"),
    ('benchmark zs_stage --tracks triple', {}, "'triple' is not"),
    ('benchmark zs_stage --seeds x', {}, "'x' is not"),
    ('benchmark zs_jhmdb --splits 9', {}, '9'),
    ('benchmark zs_stage --search --splits 1', {}, 'leave out --splits'),
    ('benchmark zs_stage --search --write-docs', {}, 'leave out --search'),
    ('benchmark zs_jhmdb --rows "no row"', {}, 'no row'),
    ('benchmark zs_ucf101 --tables 7', {}, '7'),
    ('benchmark zs_ucf101 --gpus 0', {}, '0'),
    ('benchmark stdd --repeats 0', {}, "'--repeats': 0"),
]


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(tmp_path, monkeypatch, capfd, line, files, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'names.txt').write_text('walk\nrun\n')
    for name, content in files.items():
        put(tmp_path / name, content)
    before = everything(tmp_path)
    assert_one_line(line, words, capfd)
    assert everything(tmp_path) == before
