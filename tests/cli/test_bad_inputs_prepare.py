"""Bad downloads, each ending in one line; see bad_inputs.py."""

import pickle
import shutil

import pytest
import recognition_stand_ins as stand_ins
from bad_inputs import (
    BINARY,
    FOLDER,
    LATIN,
    PICKLED,
    assert_one_line,
    each,
    ids,
    put,
)
from official_files import Clip, save_jhmdb_pickle
from official_layouts import (
    lay_out_ava,
    lay_out_jhmdb,
    lay_out_puppets,
    lay_out_ucf,
)

DOWNLOADS = dict(
    jhmdb=lay_out_jhmdb,
    puppets=lay_out_puppets,
    ucf24=lay_out_ucf,
    ava=lay_out_ava,
    ucf101=stand_ins.lay_out_ucf101,
    hmdb51=stand_ins.lay_out_hmdb51,
    kinetics400=stand_ins.lay_out_kinetics400,
    kinetics600=stand_ins.lay_out_kinetics600,
)
JHMDB = 'prepare jhmdb --root jhmdb --annotations-only '
PUPPETS = 'prepare jhmdb --root puppets --annotations-only '
UCF24 = 'prepare ucf24 --root ucf24 --annotations-only '
AVA = 'prepare ava --root ava --annotations-only '
LISTS = 'prepare video-lists '
COLUMNS = 'label,youtube_id,time_start,time_end\n'
NAN, HUGE = float('nan'), 2**70
BOX = [10, 20, 110, 220]


def _ava_rows(row):
    """Rows of both subsets."""
    return {
        f'ava/annotations/ava_{subset}_v2.2.csv': row
        for subset in ('train', 'val')
    }


def _jhmdb(spoil):
    """A pickle of two videos, some of it changed."""

    def save(path):
        clips = [
            Clip('run', name, subset, [BOX, BOX])
            for name, subset in (('a', 'train'), ('b', 'test'))
        ]
        save_jhmdb_pickle(path, ['run', 'sit'], clips)
        content = pickle.loads(path.read_bytes())
        spoil(content)
        path.write_bytes(pickle.dumps(content))

    return {'jhmdb/annotations/JHMDB-GT.pkl': save}


def _in_table(row, column, value):
    def spoil(content):
        table = content['gttubes']['run/a'][0][0].astype(float)
        table[row, column] = value
        content['gttubes']['run/a'] = {0: [table]}

    return spoil


def _tubes(tubes):
    return lambda content: content['gttubes'].update({'run/a': tubes})


def _of_video(key, value):
    return lambda content: content[key].update({'run/a': value})


JHMDB_FAULTS = [
    (_in_table(0, 1, NAN), 'run/a: gttubes must be finite'),
    (_in_table(1, 0, 1.5), 'run/a: gttubes: frames must be whole numbers'),
    (_in_table(0, 0, 0), 'frames must be whole numbers from 1 to 2'),
    (_in_table(1, 0, 3), 'frames must be whole numbers from 1 to 2'),
    (_tubes({2: [[[1, *BOX]]]}), 'gttubes label must be a whole number fro'),
    (_tubes({-1: [[[1, *BOX]]]}), 'gttubes label must be a whole number'),
    (_tubes({0.5: [[[1, *BOX]]]}), 'gttubes label must be a whole number'),
    (_tubes({True: [[[1, *BOX]]]}), 'gttubes label must be a number, got Tru'),
    (_tubes({0: [[['1', *BOX]]]}), 'gttubes must be numbers of shape (1, 5)'),
    (_tubes({0: ['12345']}), 'gttubes must be numbers of shape'),
    (_tubes({0: [[BOX]]}), 'gttubes must be numbers of shape (1, 5)'),
    (
        _tubes({0: [[[1, *BOX], [2, 90, 60, 50, 80]]]}),
        'box [90.0, 60.0, 50.0, 80.0] (x1, y1, x2, y2) is inverted, or x, y',
    ),
    (
        _tubes({0: [[[1, 0.5, 0.25, 0.75, 1]]]}),
        'run/a: gttubes: boxes such as [0.5, 0.25, 0.75, 1.0] seem to be fra',
    ),
    (_of_video('nframes', 2.5), 'run/a: nframes must be a whole number'),
    (_of_video('nframes', HUGE), 'run/a: nframes must be a whole number'),
    (_of_video('nframes', True), 'run/a: nframes must be a number, got True'),
    (_of_video('resolution', (240.5, 320)), 'run/a: resolution must be a who'),
    (_of_video('resolution', '24'), "resolution must be a list, got '24'"),
    (_of_video('resolution', None), 'JHMDB-GT.pkl is not a pickle'),
    (lambda content: content.update(labels=[None, 'sit']), 'labels must be a'),
]


def _ucf24(numf=4, **values):
    """A pickle of one video and tube."""
    tube = dict(label=2, sf=0, ef=1, boxes=[[5, 6, 7, 8]]) | values
    video = dict(numf=numf, annotations=[tube])
    content = dict(db={'Biking/v_Biking_g01_c02': video})
    return {
        'ucf24/annotations/pyannot_with_class_names.pkl': pickle.dumps(
            content
        ),
        'ucf24/annotations/finalAnnots.mat': None,
    }


UCF24_FAULTS = [
    (dict(numf=10**9), 'v_Biking_g01_c02: numf must be a whole number from 1'),
    (dict(numf=HUGE), 'numf must be a whole number from 1 to 100000'),
    (dict(numf=4.5), 'numf must be a whole number'),
    (dict(numf=True), 'numf must be a number, got True'),
    (dict(numf=-4), 'numf must be a whole number'),
    (dict(label=2.5), 'v_Biking_g01_c02: label must be a whole number'),
    (dict(label=None), 'v_Biking_g01_c02: label must be a number, got None'),
    (dict(label=24), 'class 24, frames 0 to 1 of 4, 1 boxes'),
    (dict(sf=0.5), 'sf must be a whole number'),
    (dict(sf=-1, ef=0), 'class 2, frames -1 to 0 of 4'),
    (dict(sf=HUGE, ef=HUGE + 1), 'sf must be a whole number'),
    (dict(sf=10**9, ef=10**9 + 1), 'frames 1000000000 to 1000000001 of 4'),
    (dict(ef='x'), "ef must be a number, got 'x'"),
    (dict(boxes=[[5, 6, NAN, 8]]), 'v_Biking_g01_c02: boxes must be finite'),
    (dict(boxes=[[5, 6, -7, 8]]), 'a width or height is negative'),
    (dict(boxes=[[5, 6, 7, -8]]), 'a width or height is negative'),
    (dict(boxes=[[5, 6, 7]]), 'boxes must be numbers of shape (1, 4)'),
    (dict(boxes='5678'), 'class 2, frames 0 to 1 of 4, 4 boxes'),
]

CASES = [
    # Data sets.
    ('prepare', {}, 'Missing command'),
    ('prepare mnist --root x', {}, "No such command 'mnist'"),
    ('prepare jhmdb', {}, "'--root'"),
    ('prepare jhmdb --root file', {}, "'file' is a file"),
    ('prepare jhmdb --root nowhere', {}, 'nowhere holds neither'),
    ('prepare jhmdb --root jhmdb --media no', {}, 'no, does not exist'),
    (f'{JHMDB} --workers 0', {}, "'--workers': 0"),
    (f'{JHMDB} --max-train-videos 0', {}, "'--max-train-videos': 0"),
    (f'{JHMDB} --seed x', {}, "'--seed': 'x'"),
    (
        'prepare jhmdb --root x',
        {'x/annotations': 'text'},
        'annotations is a file',
    ),
    *each(
        JHMDB,
        'jhmdb/annotations/JHMDB-GT.pkl',
        ['', 'text', BINARY, PICKLED, b'\x80\x04]\x94.'],
    ),
    *each(PUPPETS, 'puppets/splits/run_test_split1.txt', ['text', LATIN]),
    *each(
        PUPPETS,
        'puppets/puppet_mask/run/a_run_1/puppet_mask.mat',
        ['', 'text', BINARY],
    ),
    *each(UCF24, 'ucf24/annotations/finalAnnots.mat', ['', 'text', BINARY]),
    *each(UCF24, 'ucf24/annotations/testlist01.txt'),
    (
        UCF24,
        {'ucf24/annotations/testlist01.txt': 'Biking/v_Biking_g99_c01.mp4'},
        'testlist01.txt lists none of the',
    ),
    *each(
        AVA,
        'ava/annotations/ava_action_list_v2.2.pbtxt',
        [None, '', 'text', BINARY, LATIN, FOLDER],
    ),
    *each(
        AVA,
        'ava/annotations/ava_train_v2.2.csv',
        [None, BINARY, LATIN, FOLDER],
    ),
    *each(
        AVA,
        'ava/annotations/ava_val_excluded_timestamps_v2.2.csv',
        [None, 'text', BINARY, LATIN],
    ),
    (
        AVA,
        {
            f'ava/annotations/ava_{subset}_v2.2.csv': 'garbage'
            for subset in ('train', 'val')
        },
        'hold no usable keyframe',
    ),
    *each(
        'prepare ava --root ava',
        'ava/annotations/media.json',
        ['', 'text', '[]', '{"w": 5}', '{"w": {"stamp": ""}}'],
    ),
    *(
        (AVA, _ava_rows(row), words)
        for row, words in [
            ('w,902,0,0,300,200,80,1', 'seems to be in px'),
            ('w,902,0,0,1,1,80.5,1', 'action_id must be a whole number'),
            ('w,902,0,0,1,1,80,1.5', 'person_id must be a whole number'),
            ('w,902,0,0,1,1,True,1', "action_id must be a number, got 'True"),
            ('w,902,0,0,1,1,inf,1', 'action_id is not finite'),
            ('w,902,0,0,1,1,81,1', 'the list of actions has 1 to 80'),
            ('w,902,0,0,1,1,80,1,0.5', 'got 9 columns'),
            ('w,902,0,0,1,1', 'action_id is missing'),
            ('w,-902,0,0,1,1,80,1', 'timestamp must be a second from 0'),
            ('w,1e300,0,0,1,1,80,1', 'timestamp must be a second from 0'),
            (',902,0,0,1,1,80,1', "video must be a name, got ''"),
            ('w;902;0;0;1;1;80;1', 'semicolons'),
            (',video_id,timestamp\n0,w,902,0,0,1,1,80,1', 'index=False'),
        ]
    ),
    *(
        (
            AVA,
            {'ava/annotations/ava_val_excluded_timestamps_v2.2.csv': row},
            words,
        )
        for row, words in [
            ('w,902,0', 'expected the two columns video,timestamp'),
            ('w,-1', 'timestamp must be a second from 0'),
            (',video_id,timestamp\n0,w,902', 'index=False'),
        ]
    ),
    (
        AVA,
        {
            'ava/annotations/ava_action_list_v2.2.pbtxt': 'label { name: '
            '"a" label_id: 1.5 label_type: PERSON_MOVEMENT }'
        },
        'a: label_id must be a whole number from 0 on, got',
    ),
    *((JHMDB, _jhmdb(spoil), words) for spoil, words in JHMDB_FAULTS),
    *((UCF24, _ucf24(**values), words) for values, words in UCF24_FAULTS),
    # What lies there already and is of somebody else.
    *each(JHMDB, 'jhmdb/annotations/train.json', ['{}', FOLDER]),
    *each(UCF24, 'ucf24/annotations/tubes.json', ['{}']),
    *each(
        f'{LISTS} ucf101 --root ucf101',
        'ucf101/annotations/train_split2.txt',
        ['mine 3'],
    ),
    # Lists of videos, and ZS-Stage.
    (f'{LISTS} --root ucf101', {}, "'{ucf101|hmdb51|kinetics400|kinetics600"),
    (f'{LISTS} mnist --root ucf101', {}, "'mnist'"),
    (f'{LISTS} ucf101', {}, "'--root'"),
    (f'{LISTS} ucf101 --root nowhere', {}, 'trainlist01.txt does not exist'),
    (f'{LISTS} ucf101 --root ucf101 --shots 0', {}, "'--shots': 0"),
    (f'{LISTS} ucf101 --root ucf101 --shots 2 x', {}, "'--shots': 'x'"),
    (f'{LISTS} ucf101 --root ucf101 --shots 99', {}, 'fewer than the 99'),
    (f'{LISTS} kinetics400 --root kinetics400 --shots 2', {}, '--shots is f'),
    (f'{LISTS} kinetics600 --root kinetics600 --base-to-novel 2', {}, 'novel'),
    (f'{LISTS} kinetics600 --root kinetics400', {}, 'test.csv does not exist'),
    *each(
        f'{LISTS} ucf101 --root ucf101',
        'ucf101/ucfTrainTestlist/trainlist01.txt',
        [None, 'text', BINARY, LATIN, 'Archery/v.avi 99', FOLDER],
    ),
    *each(
        f'{LISTS} hmdb51 --root hmdb51',
        'hmdb51/splits/wave_test_split1.txt',
        ['text', BINARY, LATIN, 'v.avi 7'],
    ),
    *each(
        f'{LISTS} kinetics400 --root kinetics400',
        'kinetics400/annotations/kinetics_train.csv',
        [
            '',
            'text',
            BINARY,
            LATIN,
            COLUMNS + 'abseiling,x,a,b',
            COLUMNS + 'abseiling,x,inf,1',
            COLUMNS + 'abseiling,x,-1,1',
            COLUMNS + 'abseiling,x,1.5,2',
            COLUMNS + 'abseiling,x,1e300,2',
            COLUMNS + 'abseiling,x,1,True',
            COLUMNS + 'knitting socks,x,1,2',
            COLUMNS + 'abseiling',
        ],
    ),
    ('prepare zs-stage --tracks triple', {}, "'triple'"),
    ('prepare zs-stage --size huge', {}, "'huge'"),
    ('prepare zs-stage --workers 0', {}, "'--workers': 0"),
    ('prepare zs-stage --format gif', {}, "'gif'"),
    ('prepare zs-stage --out file', {}, "'file' is a file"),
    ('prepare zs-stage --out file/x', {}, 'file is a file'),
    ('prepare zs-stage --out /proc/no', {}, '/proc cannot be written'),
]


@pytest.fixture(scope='module')
def downloads(tmp_path_factory):
    """All downloads in small."""

    def touch(path, seed):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'film')

    root = tmp_path_factory.mktemp('downloads')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stand_ins, '_video', touch)
        for name, lay_out in DOWNLOADS.items():
            lay_out(root / name)
    return root


@pytest.mark.parametrize('line, files, words', CASES, ids=ids(CASES))
def test_one_line(line, files, words, downloads, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    for name in DOWNLOADS.keys() & set(line.split()):
        shutil.copytree(downloads / name, tmp_path / name, dirs_exist_ok=True)
    for name, content in (files | {'file': 'text'}).items():
        put(tmp_path / name, content)
    assert_one_line(line, words, capfd)
