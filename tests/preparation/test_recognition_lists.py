"""Annotation lists of stand-ins for the official downloads."""

import pytest
import recognition_stand_ins as stand_ins

from stclip.cli.command import run as run_program
from stclip.cli.prepare import video_lists
from stclip.preparation import recognition_lists
from stclip.utils.errors import UserError


@pytest.fixture(autouse=True)
def tiny_files(monkeypatch):
    """Only names count here."""

    def touch(path, seed):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'film')

    monkeypatch.setattr(stand_ins, '_video', touch)


def run(name, root, *options):
    arguments = [name, f'--root={root}', *options]
    video_lists.main(arguments, standalone_mode=False)
    folder = root / 'annotations'
    return {
        path.relative_to(folder).as_posix(): path.read_text().splitlines()
        for path in folder.rglob('*.txt')
    }


def ucf(title, *groups):
    label = stand_ins.UCF[title] - 1
    return [f'{title}/v_{title}_g{g:02d}_c01.avi {label}' for g in groups]


def test_ucf101(tmp_path, capsys):
    stand_ins.lay_out_ucf101(tmp_path)
    lists = run('ucf101', tmp_path, '--shots', '1', '2', '--seed', '5')
    subsets = {f'{p}_split{n}.txt' for p in ('train', 'test') for n in (1, 2)}
    few = {f'few_shot/k{number}_seed5.txt' for number in (1, 2)}
    assert subsets | few | {'missing.txt'} <= set(lists)
    assert lists['test_split2.txt'] == ucf('Basketball', 2) + ucf(
        'GolfSwing', 2
    )
    train = ucf('Basketball', 2, 3) + ucf('GolfSwing', 2, 3)
    assert lists['train_split1.txt'] == train
    one, two = (lists[f'few_shot/k{n}_seed5.txt'] for n in (1, 2))
    assert sorted(two) == sorted(train)
    assert one == [two[0], two[2]]
    assert lists['missing.txt'] == []
    shown = capsys.readouterr().out
    assert 'test_split2.txt: 2 videos of 2 classes, 0 missing' in shown


def test_base_to_novel(tmp_path, monkeypatch):
    """Each half has labels of its own; only base classes are trained on."""
    halves = dict(ucf101_base=('golf swing',), ucf101_novel=('basketball',))
    whole = recognition_lists.labels

    monkeypatch.setattr(
        recognition_lists,
        'labels',
        lambda name: halves.get(name) or whole(name),
    )
    stand_ins.lay_out_ucf101(tmp_path)
    lists = run('ucf101', tmp_path, '--base-to-novel', '1', '--seed', '4')
    (shot,) = lists['base_to_novel/base_k1_seed4.txt']
    golf = [line.rpartition(' ')[0] for line in ucf('GolfSwing', 2, 3)]
    assert shot in [f'{path} 0' for path in golf]
    for half, title in (('base', 'GolfSwing'), ('novel', 'Basketball')):
        tested = [
            line.rpartition(' ')[0] + ' 0'
            for line in lists['test_split1.txt']
            if line.startswith(title)
        ]
        assert tested and lists[f'base_to_novel/{half}_test.txt'] == tested


def test_hmdb51_as_mmaction2_lays_it_out(tmp_path):
    """The lists lie in annotations/; videos may be folders of frames."""
    stand_ins.lay_out_hmdb51(tmp_path)
    (tmp_path / 'splits').rename(tmp_path / 'annotations')
    video = tmp_path / 'videos' / 'wave' / 'clip_wave_f_nm_2'
    video.with_suffix('.avi').unlink()
    video.mkdir()
    lists = run('hmdb51', tmp_path)
    assert lists['test_split1.txt'] == [
        'kick_ball/clip_kick_ball_f_nm_2.avi 21',
        'wave/clip_wave_f_nm_2 50',
    ]
    assert len(lists['train_split3.txt']) == 4


def test_a_test_list_in_place_of_the_training_list(tmp_path):
    stand_ins.lay_out_ucf101(tmp_path)
    lists = tmp_path / 'ucfTrainTestlist'
    (lists / 'testlist02.txt').write_text(
        (lists / 'trainlist02.txt').read_text()
    )
    with pytest.raises(UserError, match='split 2: 4 videos are both to tr'):
        run('ucf101', tmp_path)


def test_missing_videos_stop_it(tmp_path):
    stand_ins.lay_out_ucf101(tmp_path)
    (gone, *_) = (tmp_path / 'videos' / 'GolfSwing').iterdir()
    gone.unlink()
    with pytest.raises(UserError, match='1 videos are missing'):
        run('ucf101', tmp_path)
    folder = tmp_path / 'annotations'
    assert [path.name for path in folder.iterdir()] == ['missing.txt']
    assert (folder / 'missing.txt').read_text() == f'GolfSwing/{gone.stem}\n'
    lists = run('ucf101', tmp_path, '--allow-missing')
    assert sum(len(lists[f'test_split{n}.txt']) for n in (1, 2, 3)) == 5


def test_kinetics400(tmp_path, capsys):
    stand_ins.lay_out_kinetics400(tmp_path)
    lists = run('kinetics400', tmp_path)
    assert lists['val.txt'] == [
        'val/abseiling/ab-val_0_000107_000117.mp4 0',
        'val/abseiling/ab-val_1_000107_000117.mp4 0',
        'val/air_drumming/ai-val_0_000107_000117.mp4 1',
        'val/air_drumming/ai-val_1_000107_000117.mp4 1',
    ]
    assert len(lists['train.txt']) == 4
    assert lists['missing.txt'] == ['gone_000000_000010']
    assert 'val.txt: 4 videos of 2 classes, 1 missing' in (
        capsys.readouterr().out
    )


def test_kinetics600(tmp_path):
    """Labels count within the 160 classes of each split."""
    stand_ins.lay_out_kinetics600(tmp_path)
    lists = run('kinetics600', tmp_path)
    labels = {
        number: {line.split()[1] for line in lists[f'test_split{number}.txt']}
        for number in (1, 2, 3)
    }
    # "adjusting glasses" and "arguing"; the former is not in split 2.
    assert labels == {1: {'1', '2'}, 2: {'1'}, 3: {'0', '3'}}
    assert len(lists['test_split1.txt']) == 4


def test_wrong_kinetics_is_noticed(tmp_path):
    stand_ins.lay_out_kinetics600(tmp_path)
    folder = tmp_path / 'annotations'
    (folder / 'test.csv').rename(folder / 'train.csv')
    with pytest.raises(UserError, match='5 of 7 videos are of no class'):
        run('kinetics400', tmp_path)
    with pytest.raises(UserError, match=r'test\.csv does not exist'):
        run('kinetics600', tmp_path)


def test_nothing_there(tmp_path):
    stand_ins.lay_out_kinetics600(tmp_path)
    (tmp_path / 'videos').rename(tmp_path / 'old')
    (tmp_path / 'videos').mkdir()
    with pytest.raises(UserError, match='none of 5 videos is below'):
        run('kinetics600', tmp_path)


@pytest.mark.parametrize(
    'words',
    [
        ('kinetics400', '--shots', '2'),
        ('ucf101', '--shots', '0'),
        ('kinetics600', '--base-to-novel', '2'),
        ('ucf101', '--base-to-novel', '-1'),
    ],
)
def test_options_that_do_not_fit(words, tmp_path, capsys):
    name, *options = words
    with pytest.raises(SystemExit):
        run_program(video_lists, [name, f'--root={tmp_path}', *options])
    shown = capsys.readouterr().err
    assert shown.startswith('error: ') and options[0] in shown


def test_lists_from_elsewhere_are_kept_unless_asked(tmp_path):
    """Its own ones it makes anew."""
    stand_ins.lay_out_ucf101(tmp_path)
    path = tmp_path / 'annotations' / 'train_split2.txt'
    path.parent.mkdir(exist_ok=True)
    path.write_text('by hand')
    with pytest.raises(UserError, match=r'train_split2\.txt .*--overwrite'):
        run('ucf101', tmp_path)
    assert path.read_text() == 'by hand'
    expected = run('ucf101', tmp_path, '--overwrite')
    assert run('ucf101', tmp_path) == expected
    assert expected['train_split2.txt'] != ['by hand']
