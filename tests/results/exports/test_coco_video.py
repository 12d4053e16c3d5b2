"""COCO's JSON with videos."""

import dataclasses
import json

from followed_persons import (
    HEIGHT,
    LABELS,
    NUM_FRAMES,
    STRIDE,
    WIDTH,
    box_of,
    probs_of,
)
from synthetic_media import make_frames, write_frames


def expected_of(track_id, frame):
    """Category and score: the likeliest answer, 4 for none of three."""
    *probs, none = probs_of(track_id, frame)
    # Waving may be beside anything, and is said from one half on.
    said = [p for i, p in enumerate(probs) if i < 2 or p >= 0.5]
    best = max(said)
    if best <= none:
        return 4, 0.5 * none
    return probs.index(best) + 1, 0.5 * best


def test_every_box_has_an_id_and_a_category(followed, tmp_path):
    followed.save(tmp_path / 'a.coco.json')
    content = json.loads((tmp_path / 'a.coco.json').read_text())
    (video,) = content['videos']
    assert video == dict(
        id=1,
        name='v, 1',
        file_name=str(followed.video),
        height=HEIGHT,
        width=WIDTH,
        length=NUM_FRAMES,
        fps=10.0,
    )
    names = [category['name'] for category in content['categories']]
    assert names == [*LABELS.names, 'none']
    assert [c['id'] for c in content['categories']] == [1, 2, 3, 4]
    frames = {image['id']: image['frame_id'] for image in content['images']}
    assert list(frames.values()) == list(range(0, NUM_FRAMES, STRIDE))
    assert content['images'][1]['file_name'] == 'v, 1/000004.jpg'
    seen = []
    for number, each in enumerate(content['annotations'], 1):
        assert each['id'] == number and each['video_id'] == 1
        frame, track_id = frames[each['image_id']], each['track_id']
        seen.append((frame, track_id))
        x1, y1, x2, y2 = box_of(track_id, frame)
        assert each['bbox'] == [x1, y1, x2 - x1, y2 - y1]
        assert each['area'] == (x2 - x1) * (y2 - y1)
        found = each['category_id'], each['score']
        assert found == expected_of(track_id, frame)
        assert each['instance_id'] == each['attributes']['track_id']
    assert len(set(seen)) == len(seen) == followed.num_persons


def test_no_person_is_an_empty_list(followed, tmp_path):
    result = dataclasses.replace(followed, frames=())
    result.save(tmp_path / 'a.coco.json')
    content = json.loads((tmp_path / 'a.coco.json').read_text())
    assert content['images'] == content['annotations'] == []


def test_files_of_a_folder_keep_their_names(followed, tmp_path):
    folder = write_frames(tmp_path / 'clip', make_frames(9))
    frames = followed.frames[:3]
    result = dataclasses.replace(followed, video=folder, frames=frames)
    result.save(tmp_path / 'a.coco.json')
    content = json.loads((tmp_path / 'a.coco.json').read_text())
    names = [f'clip/{p.name}' for p in sorted(folder.iterdir())]
    found = [image['file_name'] for image in content['images']]
    assert found == names[::4]
