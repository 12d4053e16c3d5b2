"""What COCO's form tells of boxes beside their sides."""

import json

import numpy as np
import pytest


@pytest.fixture
def coco(convert, tmp_path):
    """Persons on frame 0, of annotations with some values changed."""

    def coco(*changes):
        person = dict(image_id=1, category_id=1, bbox=[10, 28, 50, 8])
        content = dict(
            videos=[dict(id=1, name='v, 1')],
            images=[dict(id=1, video_id=1, frame_id=0)],
            categories=[dict(id=1, name='sit')],
            annotations=[
                dict(person, id=number, **change)
                for number, change in enumerate(changes)
            ],
        )
        (tmp_path / 'a.json').write_text(json.dumps(content))
        return convert(tmp_path / 'a.json')[1][0]

    return coco


def test_the_box_around_a_turned_one(coco):
    """As CVAT writes it."""
    ((box, does),) = coco(dict(attributes=dict(rotation=90.0)))
    np.testing.assert_allclose(box, [31, 7, 39, 57], atol=1e-5)
    assert does == {'sit'}


def test_a_crowd_is_no_person(coco, log_lines):
    crowd = dict(iscrowd=1, bbox=[0, 0, 90, 90])
    found = coco(crowd, dict(iscrowd=0), crowd)
    assert found == [([10, 28, 60, 36], {'sit'})]
    (told,) = [line for line in log_lines if 'iscrowd' in line]
    assert 'a.json: crowds (iscrowd) are no persons; 2 of 3' in told
