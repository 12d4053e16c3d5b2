"""Stand-ins for the real data sets: a few rendered videos in their layout.

Official folders, file formats and class names; people of ZS-Stage, who do
what is nearest to each class.
"""

import cv2
import numpy as np
from official_files import Clip, UcfTube, save_jhmdb_pickle, save_ucf_mat
from official_layouts import ava_label_map, names_of
from synthetic_media import write_video

from stclip.preparation.ucf24 import ACTIONS as UCF_ACTIONS
from stclip.zs_stage.clip import FPS
from stclip.zs_stage.painter import HEIGHT, WIDTH
from stclip.zs_stage.tracks import VideoPlan

FRAMES = 10
# Video name -> class, and what is rendered: action, subset and number in
# ZS-Stage. Seen and unseen classes of label split 1.
JHMDB = {
    'AmericanGangster_run_f_cm': ('run', 'run', 'train', 0),
    'golfer_golf_f_cm': ('golf', 'swing_bat', 'train', 0),
    'woman_push_f_cm': ('push', 'push_cart', 'train', 0),
    'april_wave_f_cm': ('wave', 'point_at_tree', 'test', 0),
    'hero_sit_f_cm': ('sit', 'sit_down', 'test', 0),
    'gym_pullup_f_cm': ('pullup', 'pull_up', 'test', 0),
}
# Class and number of UCF101-24, ZS-Stage action, subset.
UCF = {
    'Basketball/v_Basketball_g08_c01': ('throw_ball', 'train', 1),
    'GolfSwing/v_GolfSwing_g09_c01': ('swing_bat', 'train', 1),
    'IceDancing/v_IceDancing_g01_c01': ('hug_person', 'test', 0),
    'SoccerJuggling/v_SoccerJuggling_g02_c01': ('kick_ball', 'test', 0),
}
# ZS-Stage's multi-action names -> AVA's.
AVA_NAMES = {
    'sit': 'sit',
    'stand': 'stand',
    'walk': 'walk',
    'run': 'run/jog',
    'drink': 'drink',
    'hug person': 'hug (a person)',
    'push person': 'push (another person)',
    'kick person': 'kick (a person)',
    'talk on phone': 'answer phone',
    # Unseen in label split 1.
    'jump': 'jump/leap',
    'take photo': 'take a photo',
}
AVA = {
    '-5KQ66BBWC4': ('sit', 'train', 22),
    '-FaXLcSFjUI': ('walk', 'train', 33),
    '1j20qq1JyX4': ('take photo', 'test', 0),
    '2bxKkUgcqpk': ('jump', 'test', 1),
}
AVA_SECONDS = 3
AVA_FPS = 30
AVA_START = 900


def render(track, action, subset, number, frames=FRAMES):
    """Frames at twice the size, and people's boxes and labels."""
    clip = VideoPlan(track, subset, action, number, frames).cast()
    images, boxes = [], []
    for index in range(frames):
        image, seen = clip.render(index)
        size = (2 * WIDTH, 2 * HEIGHT)
        images.append(cv2.resize(image, size))
        boxes.append([box and [2 * side for side in box] for box in seen])
    return np.stack(images), boxes, [actor.labels for actor in clip.actors]


def actor_boxes(boxes, labels, action):
    """Boxes of the one who does it; a hidden one keeps the last box."""
    row = next(i for i, names in enumerate(labels) if action in names)
    found = [frame[row] for frame in boxes]
    for index, box in enumerate(found):
        found[index] = box or found[index - 1]
    assert all(found)
    return found


def lay_out_jhmdb(root):
    clips = []
    for name, (label, action, subset, number) in JHMDB.items():
        images, boxes, labels = render('single', action, subset, number)
        # JHMDB-GT.pkl: pixels from first to last.
        boxes = np.array(actor_boxes(boxes, labels, action)) - [0, 0, 1, 1]
        clips.append(Clip(label, name, subset, boxes))
        folder = root / 'frames' / label / name
        folder.mkdir(parents=True)
        for index, image in enumerate(images, 1):
            cv2.imwrite(str(folder / f'{index:05d}.png'), image[..., ::-1])
    pickle = root / 'annotations' / 'JHMDB-GT.pkl'
    save_jhmdb_pickle(pickle, names_of('zs_jhmdb'), clips)


def lay_out_ucf(root):
    """Untrimmed: nobody is annotated in the first frame."""
    videos = {}
    for name, (action, subset, number) in UCF.items():
        images, boxes, labels = render('single', action, subset, number)
        write_video(root / 'videos' / f'{name}.avi', images)
        found = np.array(actor_boxes(boxes, labels, action))[1:]
        found[:, 2:] -= found[:, :2]
        title = name.split('/')[0]
        label = [a.replace(' ', '') for a in UCF_ACTIONS].index(title)
        videos[name] = FRAMES, [UcfTube(label, 1, found)]
    folder = root / 'annotations'
    save_ucf_mat(folder / 'finalAnnots.mat', videos)
    tested = [name for name in UCF if UCF[name][1] == 'test']
    lines = ''.join(f'{name}.avi\n' for name in tested)
    (folder / 'testlist01.txt').write_text(lines)


def lay_out_ava(root):
    """Frames as mmaction2 extracts them, from second 900 on."""
    names = names_of('zs_ava')
    lines = {'train': [], 'test': []}
    for name, (action, subset, number) in AVA.items():
        images, boxes, labels = render(
            'multi', action, subset, number, AVA_SECONDS * FPS
        )
        folder = root / 'frames' / name
        folder.mkdir(parents=True)
        for index in range(AVA_SECONDS * AVA_FPS):
            image = images[index * FPS // AVA_FPS]
            path = folder / f'img_{index + 1:05d}.jpg'
            cv2.imwrite(str(path), image[..., ::-1])
        for second in range(1, AVA_SECONDS):
            for person, box in enumerate(boxes[second * FPS]):
                if not box:
                    continue
                sides = np.divide(box, [2 * WIDTH, 2 * HEIGHT] * 2).round(3)
                for label in labels[person]:
                    if label in AVA_NAMES:
                        number = names.index(AVA_NAMES[label]) + 1
                        row = [name, f'{AVA_START + second:04d}', *sides]
                        row += [number, person]
                        lines[subset].append(','.join(map(str, row)))
    folder = root / 'annotations'
    folder.mkdir(parents=True)
    (folder / 'ava_action_list_v2.2.pbtxt').write_text(
        ava_label_map(names, ('sit', 'stand', 'walk', 'run/jog'))
    )
    for subset, official in (('train', 'train'), ('test', 'val')):
        table = '\n'.join(lines[subset])
        (folder / f'ava_{official}_v2.2.csv').write_text(table)
        path = folder / f'ava_{official}_excluded_timestamps_v2.2.csv'
        path.write_text(f'{next(iter(AVA))},0903\n')
