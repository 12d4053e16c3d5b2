"""ZS-Stage's annotation files, in the formats of the real data sets."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from stclip.utils.io import atomic_write, read_json, write_json
from stclip.zs_stage.classes import ACTIONS
from stclip.zs_stage.clip import FPS
from stclip.zs_stage.crowd_classes import CROWD_ACTIONS, GROUPS
from stclip.zs_stage.painter import HEIGHT, WIDTH

#: Every which frame of tracks of single actions is annotated.
SINGLE_STEP = 4
#: Every which frame a person detector is trained on.
DETECTION_STEP = 3
#: Smaller remains of a person at the picture's edge are not annotated.
_MIN_WIDTH, _MIN_HEIGHT = 4, 10


def is_seen(box: Sequence[int] | None) -> bool:
    """Whether enough of a person is in the picture to be annotated."""
    return (
        box is not None
        and box[2] - box[0] >= _MIN_WIDTH
        and box[3] - box[1] >= _MIN_HEIGHT
    )


def _read(records: list[Path], subset: str) -> Iterator[dict]:
    for path in records:
        record = read_json(path)
        if record['subset'] == subset:
            yield record


def write_single(
    records: list[Path], folder: Path, names: Sequence[str] = tuple(ACTIONS)
) -> dict[str, int]:
    """Write the files of a track of single actions.

    ``train.json`` and ``test.json`` are COCO-style with action ids, as
    ST-CLIP released them for J-HMDB; ``labels.txt`` names the classes.

    Args:
        records: Of :func:`~stclip.zs_stage.tracks.render_video`.
        folder: Where to write.
        names: Of the classes in the order of their ids.

    Returns:
        Number of keyframes by subset.
    """
    with atomic_write(folder / 'labels.txt') as file:
        file.writelines(f'{name}\n' for name in names)
    counts = {}
    for subset in ('train', 'test'):
        images: list[dict] = []
        annotations: list[dict] = []
        for record in _read(records, subset):
            for index in range(0, len(record['boxes']), SINGLE_STEP):
                image, persons = _keyframe(
                    record, index, len(images) + 1, names
                )
                if persons:
                    images.append(image)
                    for person in persons:
                        person['id'] = len(annotations) + 1
                        annotations.append(person)
        content = dict(
            categories=[dict(supercategory='person', id=1, name='person')],
            action_categories=[
                dict(id=index, name=name)
                for index, name in enumerate(names, 1)
            ],
            images=images,
            annotations=annotations,
        )
        write_json(folder / f'{subset}.json', content)
        counts[subset] = len(images)
    return counts


def _keyframe(
    record: dict, index: int, image_id: int, names: Sequence[str]
) -> tuple[dict, list[dict]]:
    video = record['video']
    image = dict(
        id=image_id,
        movie=video,
        timestamp=f'{index + 1:05d}',
        img_path=f'{video}/{index + 1:05d}.jpg',
        height=HEIGHT,
        width=WIDTH,
    )
    persons = []
    people = zip(record['labels'], record['boxes'][index], strict=True)
    for person_id, (labels, box) in enumerate(people, 1):
        if labels and is_seen(box):
            area = (box[2] - box[0]) * (box[3] - box[1])
            persons.append(
                dict(
                    id=0,
                    image_id=image_id,
                    category_id=1,
                    action_ids=[names.index(name) + 1 for name in labels],
                    person_id=person_id,
                    bbox=box,
                    area=area,
                    keypoints=[],
                    iscrowd=0,
                )
            )
    return image, persons


def write_multi(records: list[Path], folder: Path) -> dict[str, int]:
    """Write the multi-action track's files, as AVA has them.

    ``train.csv`` and ``test.csv`` hold ``video,timestamp,x1,y1,x2,y2,
    action_id,person_id`` with boxes in parts of the frame and a keyframe
    every second (second ``s`` is the 0-based frame ``8 s``);
    ``action_list.pbtxt`` names the classes and their types.

    Args:
        records: Of :func:`~stclip.zs_stage.tracks.render_video`.
        folder: Where to write.

    Returns:
        Number of keyframes by subset.
    """
    names = tuple(CROWD_ACTIONS)
    with atomic_write(folder / 'action_list.pbtxt') as file:
        for group, members in GROUPS.items():
            for name in members:
                file.write(
                    f'label {{\n  name: "{name}"\n'
                    f'  label_id: {names.index(name) + 1}\n'
                    f'  label_type: {group}\n}}\n'
                )
    counts = {}
    for subset in ('train', 'test'):
        moments = set()
        with atomic_write(folder / f'{subset}.csv') as file:
            for record in _read(records, subset):
                for second in range(1, len(record['boxes']) // FPS):
                    rows = _rows(record, second, names)
                    file.writelines(rows)
                    if rows:
                        moments.add((record['video'], second))
        counts[subset] = len(moments)
    return counts


def _rows(record: dict, second: int, names: tuple[str, ...]) -> list[str]:
    rows = []
    boxes = record['boxes'][second * FPS]
    people = zip(record['labels'], boxes, strict=True)
    for person_id, (labels, box) in enumerate(people):
        if not is_seen(box):
            continue
        sides = (WIDTH, HEIGHT, WIDTH, HEIGHT)
        parts = zip(box, sides, strict=True)
        where = ','.join(f'{side / full:.6f}' for side, full in parts)
        for label in labels:
            action = names.index(label) + 1
            rows.append(
                f'{record["video"]},{second:04d},{where},{action},{person_id}\n'
            )
    return rows


def write_person_detection(
    records: list[Path], folder: Path
) -> dict[str, int]:
    """Write COCO detection files of the videos of idle people.

    ``train.json`` comes from training videos, ``val.json`` from test videos.
    Every visible person is annotated. File names are relative to the folder
    of ZS-Stage.

    Args:
        records: Of frame folders of the track ``'idle'``.
        folder: Where to write.

    Returns:
        Number of images by file.
    """
    counts = {}
    for subset, name in (('train', 'train'), ('test', 'val')):
        images: list[dict] = []
        annotations: list[dict] = []
        for record in _read(records, subset):
            _add_persons(record, images, annotations)
        content = dict(
            categories=[dict(id=1, name='person')],
            images=images,
            annotations=annotations,
        )
        write_json(folder / f'{name}.json', content)
        counts[name] = len(images)
    return counts


def _add_persons(
    record: dict, images: list[dict], annotations: list[dict]
) -> None:
    for index in range(0, len(record['boxes']), DETECTION_STEP):
        images.append(
            dict(
                id=len(images) + 1,
                file_name=f'idle/frames/{record["video"]}/{index + 1:05d}.jpg',
                height=HEIGHT,
                width=WIDTH,
            )
        )
        for box in filter(is_seen, record['boxes'][index]):
            width, height = box[2] - box[0], box[3] - box[1]
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=len(images),
                    category_id=1,
                    bbox=[box[0], box[1], width, height],
                    area=width * height,
                    iscrowd=0,
                )
            )
