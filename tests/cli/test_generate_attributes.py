"""The tool from end to end, with a model of a few lines behind real HTTP."""

import json
import re
from pathlib import Path

import pytest
from command_line import call
from stub_llm import Reply, action_of, prompt_of

from stclip.cli.attributes import generate_command
from stclip.knowledge.attributes import (
    AttributeRecord,
    read_attributes,
    write_attributes,
)
from stclip.labels.label_list import read_label_list

ROOT = Path(__file__).parents[2]
LABELS = ('kick ball', 'salsa spin', 'swim', 'archery')
GOOD = json.dumps(['foot', 'lights', 'crowd'])
BUSY = Reply(status=429, headers={'Retry-After': '0'})


@pytest.fixture
def tool():
    return generate_command


@pytest.fixture
def command(tmp_path, stub):
    """Words of the command line, with all four actions described."""
    stub.reply = lambda body: GOOD
    (tmp_path / 'mine.txt').write_text('\n'.join(LABELS))
    lines = [f'{name}\twhat {name} is\n' for name in LABELS]
    (tmp_path / 'mine.tsv').write_text(''.join(lines))
    return [
        *('--labels', str(tmp_path / 'mine.txt')),
        *('--descriptions', str(tmp_path / 'mine.tsv')),
        *('--llm', stub.url, '--model', 'm', '--number', '3'),
        *('--out', str(tmp_path / 'out.jsonl')),
    ]


def test_records_in_the_order_of_the_labels(run, out, stub):
    printed, bars = run()
    records = read_attributes(out)
    assert [r.class_name for r in records] == list(LABELS)
    assert [r.class_id for r in records] == [0, 1, 2, 3]
    assert {r.dataset for r in records} == {'mine'}
    assert {r.keywords for r in records} == {('foot', 'lights', 'crowd')}
    assert records[1].details['description'] == 'what salsa spin is'
    assert records[1].details['description_source'] == 'mine.tsv'
    host = stub.url.split('/')[2]
    assert records[1].details['llm']['provider'] == host
    assert f'{out}: 4 classes, 4 ok, 0 short, 0 fallback\n' in printed
    assert '4/4' in bars
    assert {h['Authorization'] for h in stub.headers} == {'Bearer sk-secret'}
    for path in out.parent.iterdir():
        assert 'secret' not in path.read_text()


def test_second_run_asks_nothing_and_writes_the_same(run, out, stub):
    run()
    first = out.read_bytes()
    run()
    assert len(stub.bodies) == 4
    assert out.read_bytes() == first
    run('--seed', '1')
    assert len(stub.bodies) == 8
    run('--model', 'n')
    assert len(stub.bodies) == 12


def test_trouble_on_the_way(run, out, stub, waits):
    """Busy, slow, broken, malformed, refusing, cut off: all in one run."""
    sorry = "I'm sorry, I can't help with that."
    replies = {
        'kick ball': [BUSY, Reply(slow='silent'), GOOD],
        'salsa spin': [Reply(status=500), '1. foot\n2. couple', sorry],
        'swim': [sorry, GOOD],
        'archery': [Reply('["foot", "bo', 'length')] * 2,
    }
    stub.reply = lambda body: replies[action_of(body)].pop(0)
    run('--timeout', '0.2')
    assert waits == [0, 2, 1]
    assert [(r.status, r.keywords) for r in read_attributes(out)] == [
        ('ok', ('foot', 'lights', 'crowd')),
        ('short', ('foot', 'couple')),
        ('ok', ('foot', 'lights', 'crowd')),
        ('short', ('foot',)),
    ]


def test_killed_run_goes_on(kill, run, out, stub):
    """SIGKILL while the third answer is awaited."""
    stub.reply = lambda body: (
        Reply(slow='silent') if action_of(body) == 'swim' else GOOD
    )
    kill('tools/generate_attributes.py')
    assert not out.exists()
    stub.reply = lambda body: GOOD
    run()
    assert [action_of(body) for body in stub.bodies] == [
        'kick ball',
        'salsa spin',
        'swim',
        'swim',
        'archery',
    ]
    assert len(read_attributes(out)) == 4


def test_work_is_kept_when_the_server_gives_up(run_with_an_outage, stub):
    run_with_an_outage('swim', 4)
    assert [action_of(body) for body in stub.bodies] == ['swim', 'archery']


def test_too_many_without_keywords(run, out, stub, tmp_path):
    stub.reply = lambda body: GOOD if action_of(body) == 'swim' else 'Sorry.'
    path = tmp_path / 'mine.tsv'
    lines = path.read_text().splitlines()[:-1]
    path.write_text('\n'.join(lines))
    printed, error = run(code=1)
    assert error.endswith(
        '3 of 4 classes are fallback, more than 2%.\n'
        'No usable answer, words of the description stand in: kick ball, '
        'salsa spin. Try another --seed or --model.\n'
        'No description, no keywords: archery. Add them to --descriptions.\n'
    )
    assert '1 ok, 0 short, 3 fallback' in printed
    records = read_attributes(out)
    assert records[0].keywords == ('what', 'kick', 'ball')
    assert records[3].keywords == ()


def test_one_in_fifty_may_be_without(run, out, stub, tmp_path):
    names = [f'turn {"ab"[n % 2]}{chr(97 + n // 2)}' for n in range(50)]
    (tmp_path / 'mine.txt').write_text('\n'.join(names))
    lines = [f'{name}\twhat it is' for name in names]
    (tmp_path / 'mine.tsv').write_text('\n'.join(lines))
    stub.reply = lambda body: (
        'Sorry.' if action_of(body) == 'turn aa' else GOOD
    )
    run()
    assert read_attributes(out)[0].status == 'fallback'


@pytest.mark.parametrize(
    'option, value, message',
    [
        ('--labels', 'absent.txt', r'absent\.txt does not exist'),
        ('--descriptions', 'absent.tsv', r'absent\.tsv does not exist'),
        ('--llm', 'localhost', 'must look like http'),
        ('--out', str(ROOT), 'is a folder; --out takes a file'),
        ('--timeout', '0', 'no answer can come within 0 s'),
        ('--number', '17', 'expected 1 to 16 keywords, got 17'),
    ],
)
def test_faulty_input_is_told_at_once(refuses, option, value, message):
    refuses(option, value, message)


def test_what_a_person_wrote_stays(run, out, stub):
    record = AttributeRecord('mine', 0, 'swim', ('pool',), 'manual')
    write_attributes(out, [record])
    assert 'by hand; give another --out' in run(code=2)[1]
    assert read_attributes(out) == [record]
    assert stub.bodies == []


def test_labels_of_one_class(run, stub, tmp_path):
    (tmp_path / 'mine.txt').write_text('kick ball\nKick_Ball\n')
    assert "'Kick_Ball' are one class" in run(code=2)[1]
    assert stub.bodies == []


@pytest.mark.shared
def test_descriptions_of_ucf101(tmp_path, stub, shared_dir, capsys):
    """Real names and definitions; the model takes its words from them."""

    def reply(body):
        text = prompt_of(body).split('Description: ')[1].split('\n')[0]
        words = re.findall('[a-z]{4,}', text)
        return f'Here you are:\n{json.dumps(words[:30])}'

    stub.reply = reply
    labels = ROOT / 'data' / 'labels' / 'ucf101.txt'
    folder = shared_dir / 'realdata' / 'descriptions' / 'er'
    out = tmp_path / 'out.jsonl'
    code, printed, _ = call(
        capsys,
        generate_command,
        *('--labels', labels),
        *('--descriptions', f'{folder}/ucf101_classes_label_defn.json'),
        *('--llm', stub.url, '--model', 'm', '--out', out),
    )
    assert code == 0
    records = read_attributes(out)
    assert tuple(r.class_name for r in records) == read_label_list(labels)
    assert len(stub.bodies) == 101  # a description for each
    assert '0 fallback' in printed
    for record in records:
        text = record.details['description'].lower()
        assert all(keyword in text for keyword in record.keywords)
        assert len(record.keywords) == 8 or record.status == 'short'
