"""UCF-101, HMDB-51 and Kinetics in small: official layout, a few videos."""

from pathlib import Path

from synthetic_media import make_frames, write_video

from stclip.registry import DATASETS
from stclip.utils.io import fill_path

FRAMES, HEIGHT, WIDTH = 10, 96, 128
# Class folder and its number, from 1.
UCF = {'Basketball': 8, 'GolfSwing': 33}
HMDB = ('kick_ball', 'wave')
K400 = ('abseiling', 'air drumming')
# Class of split 1 alone, of splits 1 and 2, and one of Kinetics-400.
K600 = ('adjusting glasses', 'arguing', 'abseiling')
SHOTS = 2
# Of a class of UCF-101: that of a split's number is tested in it.
GROUPS = range(1, 4)


def _video(path, seed):
    write_video(path, make_frames(FRAMES, HEIGHT, WIDTH, seed))


def lay_out_ucf101(root):
    """Per class one video to test in each split, the others to train on."""
    lists = root / 'ucfTrainTestlist'
    lists.mkdir(parents=True)
    names = [
        f'{title}/v_{title}_g{group:02d}_c01.avi'
        for title in UCF
        for group in GROUPS
    ]
    for seed, name in enumerate(names):
        _video(root / 'videos' / name, seed)
    for split in (1, 2, 3):
        test = [name for name in names if f'_g{split:02d}' in name]
        train = [
            f'{name} {UCF[name.split("/")[0]]}'
            for name in names
            if name not in test
        ]
        for subset, lines in (('train', train), ('test', test)):
            path = lists / f'{subset}list{split:02d}.txt'
            path.write_text('\n'.join(lines) + '\n')


def lay_out_hmdb51(root):
    """The third video of a class is of neither subset in split 3."""
    (root / 'splits').mkdir(parents=True)
    for title in HMDB:
        more = len(GROUPS) - 3
        names = [f'clip_{title}_f_nm_{number}' for number in range(4 + more)]
        for seed, name in enumerate(names):
            _video(root / 'videos' / title / f'{name}.avi', seed)
        for split, codes in ((1, '1120'), (2, '1102'), (3, '1201')):
            path = root / 'splits' / f'{title}_test_split{split}.txt'
            # A space at the end of each line, as in the official files.
            codes += '1' * more
            lines = [f'{n}.avi {c} ' for n, c in zip(names, codes)]
            path.write_text('\n'.join(lines))


def lay_out_kinetics400(root):
    for subset, start in (('train', 10), ('val', 107)):
        _kinetics(root, subset, K400, start, f'kinetics_{subset}.csv')


def lay_out_kinetics600(root):
    _kinetics(root, 'test', K600, 3, 'test.csv')


def _kinetics(root, subset, classes, start, name):
    rows = ['label,youtube_id,time_start,time_end,split']
    for title in classes:
        for number in range(2):
            video = f'{title[:2]}-{subset}_{number}'
            rows.append(f'{title},{video},{start},{start + 10},{subset}')
            file = f'{video}_{start:06d}_{start + 10:06d}.mp4'
            folder = root / 'videos' / subset / title.replace(' ', '_')
            _video(folder / file, number)
    # One that has left YouTube.
    rows.append(f'{classes[0]},gone,0,10,{subset}')
    (root / 'annotations').mkdir(exist_ok=True, parents=True)
    (root / 'annotations' / name).write_text('\n'.join(rows))


def build_stand_in(dataset, root, num_videos=1, **changes):
    """A config's data set whose list, without data before, has videos."""
    folder = root / dataset.data_root
    file = folder / dataset.ann_file
    file = Path(fill_path(str(file), **dict(split=1, part='base') | changes))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(''.join(f'{i}.mp4 0\n' for i in range(num_videos)))
    return DATASETS.build(dict(dataset, data_root=str(folder), **changes))
