"""Official downloads in small: annotations and videos where they belong."""

from pathlib import Path

from official_files import (
    Clip,
    UcfTube,
    save_jhmdb_pickle,
    save_puppet_masks,
    save_split_lists,
    save_ucf_mat,
)
from synthetic_media import make_frames, write_frames, write_video

from stclip.labels.label_split import read_label_split

SPLITS = Path(__file__).parents[2] / 'data' / 'splits'
BOX, OTHER = (10, 20, 110, 220), (0, 0, 4, 239)


def names_of(benchmark):
    """All actions of a benchmark, sorted."""
    split = read_label_split(SPLITS / benchmark / 'split1.yaml')
    return sorted(split.train + split.test)


ACTIONS = names_of('zs_jhmdb')
CLIPS = [
    Clip('run', 'a_run_1', 'train', [BOX, OTHER]),
    Clip('clap', 'b_clap_1', 'train', [OTHER]),
    Clip('clap', 'c_clap_2', 'test', [BOX, BOX, OTHER]),
    Clip('run', 'd_run_2', 'test', [OTHER]),
]
UCF = {
    'Basketball/v_Basketball_g08_c01': (4, [UcfTube(0, 1, [[1, 2, 30, 40]])]),
    'SalsaSpin/v_SalsaSpin_g01_c01': (
        3,
        [
            UcfTube(14, 1, [[100, 50, 200, 180], [250, 200, 100, 90]]),
            UcfTube(14, 1, [[1, 2, 3, 4]]),
        ],
    ),
    'Biking/v_Biking_g01_c02': (2, [UcfTube(2, 0, [[5, 6, 7, 8]] * 2)]),
}
AVA_TRAIN = ['1j20qq1JyX4,0902,0.1,0.1,0.5,0.9,{sit},3']
AVA_VAL = [
    'w,0902,0.25,0.5,0.75,1,{stir},0',
    'w,0902,0.25,0.5,0.75,1,{sit},0',
    'w,0903,0,0,1,0.5,{sit},1',
    'w,0904,0,0,1,0.5,{sit},1',
    'w,0904,0,0,1,0.5,{sit}_,1',
]


def lay_out_jhmdb(root, clips=CLIPS):
    save_jhmdb_pickle(root / 'annotations' / 'JHMDB-GT.pkl', ACTIONS, clips)
    for clip in clips:
        folder = root / 'frames' / clip.action / clip.name
        write_frames(folder, make_frames(len(clip.boxes)))


def lay_out_puppets(root, clips=CLIPS, actions=ACTIONS):
    """What may stand in for the pickle."""
    save_split_lists(root / 'splits', actions, clips)
    for clip in clips:
        folder = root / 'puppet_mask' / clip.action / clip.name
        save_puppet_masks(folder / 'puppet_mask.mat', clip.boxes)


def lay_out_ucf(root):
    save_ucf_mat(root / 'annotations' / 'finalAnnots.mat', UCF)
    lines = [f'{name}.avi\n' for name in UCF if '_g01_' in name]
    (root / 'annotations' / 'testlist01.txt').write_text(''.join(lines))
    for (name, (number, _)), suffix in zip(
        UCF.items(), ('.avi', '.avi', '.mp4'), strict=True
    ):
        path = root / 'videos' / f'{name}{suffix}'
        write_video(path, make_frames(number))


def ava_label_map(names, poses=('sit', 'stand')):
    """``ava_action_list_v2.2.pbtxt``; ids count from 1."""
    return ''.join(
        f'label {{\n  name: "{name}"\n  label_id: {number}\n  label_type: '
        f'PERSON_{"MOVEMENT" if name in poses else "INTERACTION"}\n}}\n'
        for number, name in enumerate(names, 1)
    )


def lay_out_ava(root):
    names = names_of('zs_ava')
    ids = {name: names.index(name) + 1 for name in ('sit', 'stir')}
    files = {
        'ava_action_list_v2.2.pbtxt': ava_label_map(names),
        'ava_train_v2.2.csv': '\n'.join(AVA_TRAIN).format(**ids),
        'ava_val_v2.2.csv': '\n'.join(AVA_VAL).format(**ids),
        'ava_train_excluded_timestamps_v2.2.csv': '',
        'ava_val_excluded_timestamps_v2.2.csv': 'w,0903\n',
    }
    folder = root / 'annotations'
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    for name in ('1j20qq1JyX4', 'w'):
        frames = make_frames(3)
        write_frames(root / 'frames' / name, frames, 'img_{:05d}.jpg')
