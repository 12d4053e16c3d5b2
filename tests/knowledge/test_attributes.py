"""Description attributes: files, lookup by name, and the check of them."""

import json
from pathlib import Path

import pytest
import yaml

from stclip.knowledge.attribute_check import find_faults, stems
from stclip.knowledge.attributes import (
    AttributeRecord,
    plain_name,
    read_attributes,
    with_attributes,
    write_attributes,
)
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.tokenizers import num_text_tokens

DATA = Path(__file__).parents[2] / 'data'
NAMES = sorted(path.stem for path in DATA.glob('attributes/*.jsonl'))
GOOD = AttributeRecord(
    'mine', 0, 'kick ball', ('foot', 'goal net'), 'manual', dict(note='x')
)
LINE = dict(
    schema='da-1',
    dataset='mine',
    class_id=0,
    class_name='sit',
    keywords=['chair', 'sofa'],
    status='manual',
)


def record(name, *keywords, class_id=0):
    return AttributeRecord('mine', class_id, name, keywords, 'manual')


def test_records_are_read_back(tmp_path):
    path = tmp_path / 'mine.jsonl'
    write_attributes(path, [GOOD])
    assert read_attributes(path) == [GOOD]
    assert json.loads(path.read_text())['note'] == 'x'


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(schema='da-2'), "schema must be 'da-1'"),
        (dict(keywords='chair'), 'keywords must be a list of texts'),
        (dict(keywords=['chair'] * 2), 'a keyword is there twice'),
        (dict(keywords=['chair', ' ']), 'none of them empty'),
        (dict(keywords=list('abcdefghijklmnopq')), 'up to 16 keywords'),
        (dict(status='done'), "status must be one of .*'done'"),
    ],
)
def test_faulty_line_is_named(tmp_path, change, message):
    path = tmp_path / 'mine.jsonl'
    lines = [LINE, {**LINE, 'class_name': 'run', **change}]
    path.write_text('\n'.join(map(json.dumps, lines)))
    with pytest.raises(ValueError, match=rf'mine\.jsonl, line 2: .*{message}'):
        read_attributes(path)


def test_lacking_key_and_repeated_class(tmp_path):
    path = tmp_path / 'mine.jsonl'
    path.write_text(json.dumps({k: LINE[k] for k in LINE if k != 'status'}))
    with pytest.raises(ValueError, match="line 1: lacks 'status'"):
        read_attributes(path)
    path.write_text('\n'.join([json.dumps(LINE)] * 2))
    with pytest.raises(ValueError, match="line 2: 'sit' is there twice"):
        read_attributes(path)


@pytest.mark.parametrize(
    'name, plain',
    [
        ('kick_ball', 'kick ball'),
        ('SalsaSpin', 'salsa spin'),
        ('Ice  Dancing', 'ice dancing'),
        ('watch (e.g., TV)', 'watch (e.g., tv)'),
    ],
)
def test_one_class_in_several_spellings(name, plain):
    assert plain_name(name) == plain


def test_label_space_gets_keywords_by_name(log_lines):
    """Unknown labels keep their plain name; one warning tells which."""
    labels = LabelSpace(('fly', 'Kick_Ball', 'swim'), (True, False, True))
    found = with_attributes(labels, [GOOD])
    assert found == LabelSpace(
        labels.names, labels.exclusive, ((), GOOD.keywords, ())
    )
    (warning,) = log_lines
    assert warning.startswith('2 of 3 actions have no description')
    assert warning.endswith('fly, swim')


def faults(*records, labels=None, senses=None, max_tokens=77):
    labels = labels or [r.class_name for r in records]
    found = find_faults(
        records, labels, lambda text: len(text.split()), senses or {},
        max_tokens,
    )  # fmt: skip
    return list(found)


@pytest.mark.parametrize(
    'keyword, fault',
    [
        ('the', "'the' is a stopword"),
        ('Chair', 'not one to three lower-case words'),
        ('a very long list', 'not one to three lower-case words'),
        ('ball kicking', 'gives the class name away'),
        ('balls kicked far', 'gives the class name away'),
        ('foot', None),
        ('balls', None),
    ],
)
def test_single_keywords(keyword, fault):
    found = faults(record('kick ball', keyword, 'net'))
    assert [fault in text for text in found] == [True] * (fault is not None)


def test_relations_between_keywords_and_classes():
    found = faults(
        record('run', 'sprint', 'sprinting'),
        record('jump', 'runs', class_id=2),
        labels=['run', 'jump', 'sit'],
    )
    assert found == [
        "classes are not those of the label list; missing: ['sit']",
        "run: 'sprinting' repeats 'sprint'",
        'jump: class_id is 2, not 1',
        "jump: 'runs' is the class 'run'",
    ]


def test_length_and_senses():
    senses = {'salsa spin': dict(needs=['couple'], never=['sauce'])}
    found = faults(
        record('salsa spin', 'hot sauce'), senses=senses, max_tokens=8
    )
    assert found == [
        'salsa spin: 9 tokens, more than 8',
        "salsa spin: needs one of ['couple'] for its sense",
        "salsa spin: 'sauce' is of another sense",
    ]
    assert faults(record('salsa spin', 'couple'), senses=senses) == []


def test_stems():
    assert stems('Throwing balls') == stems('ball throws')
    assert stems('hit') == stems('hitting')


@pytest.mark.parametrize('name', NAMES)
def test_those_of_the_project(name):
    """Sixteen each, by hand, without a fault; prefixes serve smaller N_a."""
    records = read_attributes(DATA / 'attributes' / f'{name}.jsonl')
    labels = read_label_list(DATA / 'labels' / f'{name}.txt')
    text = (DATA / 'attributes' / 'senses.yaml').read_text()
    senses = yaml.safe_load(text).get(name, {})
    assert set(senses) <= set(labels)
    found = find_faults(records, labels, num_text_tokens, senses)
    assert list(found) == []
    assert {len(r.keywords) for r in records} == {16}
    assert {r.status for r in records} == {'manual'}


@pytest.mark.parametrize(
    'name, number',
    [
        ('ucf101', 101),
        ('hmdb51', 51),
        ('kinetics400', 400),
        ('kinetics600_new', 220),
        ('jhmdb', 21),
        ('ucf24', 24),
        ('ava80', 80),
    ],
)
def test_number_of_classes(name, number):
    assert len(read_label_list(DATA / 'labels' / f'{name}.txt')) == number
    assert name in NAMES


def test_new_classes_of_kinetics_600_are_new():
    lists = [
        set(read_label_list(DATA / 'labels' / f'{name}.txt'))
        for name in ('kinetics400', 'kinetics600_new')
    ]
    assert not lists[0] & lists[1]


@pytest.mark.parametrize(
    'text, message', [('\n', 'holds no action'), ('a\nb\na\n', "'a' is there")]
)
def test_faulty_label_list(tmp_path, text, message):
    path = tmp_path / 'labels.txt'
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_label_list(path)
