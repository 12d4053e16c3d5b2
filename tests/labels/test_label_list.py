"""Action names of a command line."""

import pytest

from stclip.labels.label_list import labels_from_option, read_label_list


@pytest.mark.parametrize(
    'text, expected',
    [
        ('wave, sit,, drink ', ('wave', 'sit', 'drink')),
        ("don't move, sit", ("don't move", 'sit')),
        (
            'talk to (e.g., self, a group), sit',
            ('talk to (e.g., self, a group)', 'sit'),
        ),
        ('"run, jog", a "b, c" d', ('run, jog', 'a b, c d')),
        ('open (a (b, c), d), "("', ('open (a (b, c), d)', '(')),
        ('smile :), sit', ('smile :)', 'sit')),
        (' , ', ()),
    ],
)
def test_commas_within_quotes_and_parentheses_part_nothing(text, expected):
    assert labels_from_option(text) == expected


@pytest.mark.parametrize('text', ['"run, sit', 'talk (to, sit'])
def test_what_is_opened_must_be_closed(text):
    with pytest.raises(ValueError, match='is not closed'):
        labels_from_option(text)


def test_names_of_a_file_stand_one_a_line(tmp_path):
    path = tmp_path / 'labels.txt'
    path.write_text('run, jog\n\n sit \n')
    assert labels_from_option(str(path)) == ('run, jog', 'sit')
    with pytest.raises(FileNotFoundError, match=r'absent\.txt'):
        labels_from_option('absent.txt')


@pytest.mark.parametrize(
    'name', ['labels', 'LABELS.TXT', 'a b.csv', 'sit,run']
)
def test_a_file_is_what_is_one(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text('walk\nkick ball\n')
    assert labels_from_option(name) == ('walk', 'kick ball')
    # In quotes it is a name.
    assert labels_from_option(f'"{name}"') == (name,)


@pytest.mark.parametrize(
    'text',
    ['smile/laugh', 'v1.0', 'a.b, c', 'sit' * 100 + ', run', 'no\0file'],
)
def test_what_is_no_file_is_a_name(text):
    names = tuple(name.strip() for name in text.split(','))
    assert labels_from_option(text) == names


@pytest.mark.parametrize('text', ['no.TXT', 'no/such.csv', 'a, b.json'])
def test_what_is_named_like_a_file_is_one(text):
    with pytest.raises(FileNotFoundError, match='does not exist'):
        labels_from_option(text)


def test_a_folder_is_no_list_unless_quoted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'run').mkdir()
    with pytest.raises(ValueError, match=r'is a folder.*quotes: ."run"'):
        labels_from_option('run')
    assert labels_from_option('"run"') == ('run',)
    assert labels_from_option('run, sit') == ('run', 'sit')


@pytest.mark.parametrize(
    'content, names',
    [
        (
            'id,name\n0,brush hair\n1,"clap, slowly"\n',
            'brush hair/clap, slowly',
        ),
        ('0,pour\n1,pullup\n', 'pour/pullup'),
        ('1 ApplyEyeMakeup\n2 Archery\n', 'ApplyEyeMakeup/Archery'),
        ('1. sit\n2. run\n', 'sit/run'),
        ('"0";"sit"\n"1";"run"\n', 'sit/run'),
        ('00\tsit\n01\trun\n', 'sit/run'),
        # Numbers that count nothing belong to the names.
        ('100 m race\n200 m race\n', '100 m race/200 m race'),
        ('sit\n1 person runs\n', 'sit/1 person runs'),
        ('2 persons hug\n', '2 persons hug'),
        ('phase 1\nphase 2\n', 'phase 1/phase 2'),
        ('"say ""no"""\nrun, jog\n', 'say "no"/run, jog'),
        ('sit\u2028down\nrun\x0b!\n', 'sit\u2028down/run\x0b!'),
        # What other lists begin or end with may be of a name.
        ('action\n', 'action'),
        ('run\nname\n', 'run/name'),
        ('sit 3\nrun 4\n', 'sit 3/run 4'),
        ('phase 0\nphase 1\nphase 2\n', 'phase 0/phase 1/phase 2'),
        ('run, jog\n', 'run, jog'),
        ('talk (to a, b, c)\n', 'talk (to a, b, c)'),
        ('"run, jog, hop"\n', 'run, jog, hop'),
        ('id,name\n1,clap, then, bow\n2,sit\n', 'clap, then, bow/sit'),
    ],
)
def test_numbers_of_lines_are_no_part_of_names(tmp_path, content, names):
    path = tmp_path / 'labels.csv'
    path.write_text(content)
    assert read_label_list(path) == tuple(names.split('/'))


@pytest.mark.parametrize(
    'content, message',
    [
        ('sit\n run \nrun', "line 3: 'run' is there twice, first in line 2"),
        ('1,sit\n1,run\n', r'numbered \[1, 1\], not 0, 1'),
        ('id,name\n7,sit\n', r'numbered \[7\], not 0, 1'),
        ('name,id\nsit,0\nrun,1\n', "line 2 .'sit,0'. ends in a number"),
        ('a.mp4;0\nb.mp4;1\n', 'line 2 .*ends in a number'),
        ('sit\trun\n', 'line 1 .*several columns'),
        ('sit,,\n', 'line 1 .*several columns'),
        ('{"0": "sit"}', 'line 1 .*JSON'),
        ('# names\nsit', 'line 1 .*a comment'),
        ('- sit\n- run', 'line 1 .*YAML'),
        ('\nName\nrun\nsit\n', "line 2 .'Name'. is a heading, .* take it o"),
        ('class_name\nrun\n', 'line 1 .*is a heading'),
        ('id,name,type\n1,run,POSE\n', 'line 1 .* more columns than number'),
        ('id;name;type\n0;a;b\n1;c;d\n', 'line 1 .* more columns than'),
        ('sit 0\nkick ball 1\n', "line 1 .'sit 0'. ends in a number"),
        ('sit: 1\nrun: 2\n', 'line 1 .*by which the lines are counted'),
        ('wave, sit, drink\n', 'line 1 .*several names on the only line'),
        ('wave; sit; drink', 'line 1 .*several names on the only line'),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    path = tmp_path / 'labels.txt'
    path.write_text(content)
    with pytest.raises(ValueError, match=rf'labels\.txt.*{message}'):
        read_label_list(path)


@pytest.mark.shared
@pytest.mark.parametrize(
    'table, plain',
    [
        ('hmdb51/bike_hmdb51_labels.csv', 'hmdb51'),
        ('ucf101/xclip_ucf_101_labels.csv', 'ucf101'),
        ('ucf101/gagcn_class_names.txt', 'ucf101'),
        ('kinetics/xclip_kinetics_400_labels.csv', 'kinetics400'),
        ('k600_zs/k160_labels_split1.csv', 'kinetics600_split1'),
    ],
)
def test_published_lists(shared_dir, table, plain):
    """Most have ids and a heading; the project's have neither."""

    def spelling(name):
        return name.replace('_', '').replace(' ', '').lower()

    found = read_label_list(shared_dir / 'realdata' / 'labels' / table)
    expected = read_label_list(f'data/labels/{plain}.txt')
    assert {*map(spelling, found)} == {*map(spelling, expected)}


@pytest.mark.parametrize(
    'content, message',
    [
        ('1: bend\n3: crouch\n', r'numbered \[1, 3\]'),
        ('2) bend\n7) crouch\n', r'numbered \[2, 7\]'),
        ('5. bend\n6. crouch\n', r'numbered \[5, 6\]'),
        ('walk\na_0.avi 1\n', r'line 2 .*the video a_0\.avi'),
        ('Run/v_Run_g01.MP4\n', r'line 1 .*the video Run/v_Run_g01\.MP4'),
    ],
)
def test_numbers_and_videos_are_no_names(tmp_path, content, message):
    path = tmp_path / 'labels.txt'
    path.write_text(content)
    with pytest.raises(ValueError, match=message):
        read_label_list(path)


def test_a_point_may_be_of_a_number(tmp_path):
    path = tmp_path / 'labels.txt'
    path.write_text('3.5 km run\n10.5 km run\n')
    assert read_label_list(path) == ('3.5 km run', '10.5 km run')
