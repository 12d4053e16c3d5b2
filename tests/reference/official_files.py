"""Small annotations in the official forms of J-HMDB and UCF101-24."""

import pickle
from dataclasses import dataclass

import numpy as np
from scipy.io import savemat

JHMDB_SIZE = 240, 320


@dataclass
class Clip:
    """A clip of J-HMDB: one person, whose boxes are first to last pixel."""

    action: str
    name: str
    subset: str
    boxes: list


def save_jhmdb_pickle(path, actions, clips):
    """``JHMDB-GT.pkl``: frames count from 1, the first split is the one."""
    content = dict(labels=actions, gttubes={}, nframes={}, resolution={})
    names = {'train': [], 'test': []}
    for clip in clips:
        name = f'{clip.action}/{clip.name}'
        numbers = np.arange(1, len(clip.boxes) + 1)[:, None]
        tube = np.concatenate([numbers, clip.boxes], axis=1)
        label = actions.index(clip.action)
        content['gttubes'][name] = {label: [tube.astype(np.float32)]}
        content['nframes'][name] = len(clip.boxes)
        content['resolution'][name] = JHMDB_SIZE
        names[clip.subset].append(name)
    # Splits 2 and 3 have it the other way round.
    content['train_videos'] = [names['train'], names['test'], names['test']]
    content['test_videos'] = [names['test'], names['train'], names['train']]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(content, protocol=2))
    return path


def masks_of(boxes, size=JHMDB_SIZE):
    """(T, H, W) uint8: the outline of each box, nothing where it is None."""
    masks = np.zeros((len(boxes), *size), dtype=np.uint8)
    for mask, box in zip(masks, boxes, strict=True):
        if box is not None:
            x1, y1, x2, y2 = box
            mask[y1, x1 : x2 + 1] = mask[y2, x1 : x2 + 1] = 2
            mask[y1 : y2 + 1, x1] = mask[y1 : y2 + 1, x2] = 7
    return masks


def save_puppet_masks(path, boxes):
    """``puppet_mask.mat``: (240, 320, T), body parts from 1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    masks = np.moveaxis(masks_of(boxes), 0, -1)
    savemat(path, dict(part_mask=masks), do_compression=True)
    return path


def save_split_lists(folder, actions, clips, lines=()):
    """``<class>_test_split1.txt``: 1 for training, 2 for testing."""
    folder.mkdir(parents=True, exist_ok=True)
    marks = {'train': 1, 'test': 2}
    for action in actions:
        mine = [clip for clip in clips if clip.action == action]
        content = [f'{c.name}.avi {marks[c.subset]} ' for c in mine]
        path = folder / f'{action}_test_split1.txt'
        path.write_text(''.join(f'{line}\n' for line in [*content, *lines]))


@dataclass
class UcfTube:
    """A tube of UCF101-24: 0-based class and first frame; x, y, w, h."""

    label: int
    start: int
    boxes: list


def save_ucf_mat(path, videos):
    """``finalAnnots.mat``: frames count from 1, the last one inclusive.

    ``videos``: class/name -> (number of frames, tubes).
    """
    entries = []
    for name, (num_frames, tubes) in videos.items():
        tubes = [
            dict(
                sf=np.uint8(tube.start + 1),
                ef=np.uint8(tube.start + len(tube.boxes)),
                boxes=np.asarray(tube.boxes).astype(np.uint8),
                **{'class': np.uint8(tube.label + 1)},
            )
            for tube in tubes
        ]
        entries.append(
            dict(name=name, num_imgs=num_frames, tubes=_structs(tubes))
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, dict(annot=_structs(entries)))
    return path


def _structs(entries):
    """A MATLAB struct array, 1 x N."""
    if not entries:
        return np.zeros((0, 0))
    array = np.empty((1, len(entries)), dtype=[(k, 'O') for k in entries[0]])
    for column, entry in enumerate(entries):
        array[0, column] = tuple(entry.values())
    return array


def save_ucf_pickle(path, videos):
    """``pyannot_with_class_names.pkl``: from 0, the end exclusive."""
    content = {
        name: dict(
            numf=num_frames,
            annotations=[
                dict(
                    label=tube.label,
                    sf=tube.start,
                    ef=tube.start + len(tube.boxes),
                    boxes=np.asarray(tube.boxes).astype(np.uint8),
                )
                for tube in tubes
            ],
        )
        for name, (num_frames, tubes) in videos.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(dict(db=content), protocol=2))
    return path
