"""Bad downloads, each ending in one line; see bad_inputs.py."""

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
