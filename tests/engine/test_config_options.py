"""Values of --cfg-options, as typed and as mmengine's users know them."""

import pytest
from mmengine.config import Config, DictAction

from stclip.engine.config_options import (
    lay_over,
    parse_options,
    parse_value,
)
from stclip.engine.launch import run_config


@pytest.mark.parametrize(
    'text',
    [
        *('1', '-2', '+3', '1e-4', '.5', '1.', '-inf', '007', '', 'a', 'a-b'),
        *('True', 'true', 'FALSE', 'None', 'none', '2024-01-01', 'C:\\new'),
        *('a,b', '1,2,3', '1,', '[1,2]', '(1,2)', '[]', '()', '(1,)', '(1)'),
        *('[(1,2),(3,4)]', '[a,[b,(c,d)]]', '"(1,2)"', "'[a,b]'", '"a"'),
        *('[ (1, 2), [a, b], c ]', 'https://h:8/x?a=1&b=c', '{split}.txt'),
    ],
)
def test_what_users_of_mmengine_know(text):
    ours, theirs = parse_value(text), DictAction._parse_iterable(text)
    assert (ours, type(ours)) == (theirs, type(theirs))


@pytest.mark.parametrize(
    'text, value',
    [
        ('pick up', 'pick up'),
        ('  two  words ', 'two  words'),
        ('[pick up, run]', ['pick up', 'run']),
        ('pick up,run', ['pick up', 'run']),
        ('(pick up, [put down])', ('pick up', ['put down'])),
        ('["walk, then run", sit]', ['walk, then run', 'sit']),
        ('"[pick up, run]"', ['pick up', 'run']),
        ('" kept as it is "', ' kept as it is '),
        ('"5"', '5'),
        ("['1', 1, 'None', None, true]", ['1', 1, 'None', None, True]),
        ('"a, b"', 'a, b'),
        ('":)"', ':)'),
        ("don't walk", "don't walk"),
        ("[don't, it's]", ["don't", "it's"]),
        ('stand (posture)', 'stand (posture)'),
        ('[stand (posture), f(a, b)]', ['stand (posture)', 'f(a, b)']),
        ('(1,2),(3,4)', [(1, 2), (3, 4)]),
        ('a=b = c', 'a=b = c'),
        ('1_000', '1_000'),
        ('日本 語', '日本 語'),
        ('[]', []),
        ('[ ]', []),
        ("['']", ['']),
        ('[[], ()]', [[], ()]),
    ],
)
def test_values_arrive_as_typed(text, value):
    found = parse_options([f'model.x={text}'])
    assert found == {'model.x': value}
    assert list(map(type, _leaves(found))) == list(map(type, _leaves([value])))


def _leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return [value]
    return [leaf for item in value for leaf in _leaves(item)]


@pytest.mark.parametrize(
    'text, words',
    [
        ('[1,2', "']' is missing"),
        ('[(1,2]', "']' closes nothing"),
        ('1]', "']' closes nothing"),
        (':)', "')' closes nothing"),
        ('"open', "'\"' is missing"),
        ("['a, b]", '"\'" is missing'),
        ('[1,,2]', 'an item of the list is empty'),
        ('[,]', 'an item of the list is empty'),
        ('{a: 1}', 'a dictionary is given key by key'),
        ('dict(a=1', "')' is missing"),
        ('[' * 600 + ']' * 600, 'recursion'),
        ('1' * 5000, 'limit'),
    ],
)
def test_malformed_values_name_the_option(text, words):
    with pytest.raises(ValueError, match=r'--cfg-options model\.x=') as error:
        parse_options(['fine=1', f'model.x={text}'])
    assert words in str(error.value)


@pytest.mark.parametrize('option', ['model', '=1', '.a=1', 'a..b=1', 'a.=1'])
def test_what_is_no_option(option):
    with pytest.raises(ValueError, match='is no KEY=VALUE'):
        parse_options([option])


def test_spaces_reach_the_config(tmp_path):
    path = tmp_path / 'own.py'
    path.write_text("model = dict(type='A', words=['x'])\n")
    options = ['model.words=[pick up, "a, b"]', 'work_dir=my runs/one']
    cfg = run_config(str(path), cfg_options=options)
    assert cfg.model.words == ['pick up', 'a, b']
    assert cfg.work_dir == 'my runs/one'
    # What benchmarks do with it: written down, and read by another process.
    cfg.dump(tmp_path / 'whole.py')
    again = Config.fromfile(tmp_path / 'whole.py')
    assert again.model.words == ['pick up', 'a, b']


def test_values_may_be_laid_over_several_configs():
    """One that replaces a part replaces it in each."""
    values = {'model': dict(_delete_=True, type='B')}
    for _ in range(2):
        cfg = Config(dict(model=dict(type='A', width=3), runs=1))
        lay_over(cfg, values)
        assert cfg.model == dict(type='B') and cfg.runs == 1
