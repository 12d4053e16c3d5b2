"""What our exports write is converted back to the same keyframes."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from followed_persons import HEIGHT, LABELS, NUM_FRAMES, STRIDE, WIDTH
from synthetic_media import write_video

from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.engine.configs import read_config
from stclip.labels.label_split import read_label_split
from stclip.preparation.annotation_forms.person_rows import Reading
from stclip.preparation.own_data import Conversion
from stclip.results.exports.persons import persons_on

EVERY = Reading(STRIDE)


def truth(followed):
    """The same, from the result by itself."""
    return {
        frame.frame_idx: sorted(
            (
                [float(side) for side in person.box_xyxy],
                {LABELS.names[i] for i in person.answers},
            )
            for person in persons_on(frame, LABELS)
        )
        for frame in followed.frames
    }


def assert_same(found, wanted, atol):
    assert found.keys() == wanted.keys()
    for moment, persons in wanted.items():
        assert [p[1] for p in found[moment]] == [p[1] for p in persons]
        for (box, _), (other, _) in zip(found[moment], persons, strict=True):
            np.testing.assert_allclose(box, other, atol=atol)


def test_cvat(followed, convert, tmp_path):
    followed.save(tmp_path / 'a.xml', format='cvat')
    labels, found = convert(tmp_path / 'a.xml', reading=EVERY)
    assert labels.names == LABELS.names
    assert labels.exclusive == LABELS.exclusive
    # Keys are dropped where the line is within a px of them.
    assert_same(found, truth(followed), 1.01)


def test_a_label_that_is_called_none(followed, convert, tmp_path):
    """Who does nothing then does "none of these", which is no label."""
    names = ('none', *LABELS.names[1:])
    labels = replace(followed.labels, names=names)
    renamed = replace(followed, labels=labels)
    for form in ('cvat', 'coco-video'):
        path = tmp_path / {'cvat': 'a.xml', 'coco-video': 'a.json'}[form]
        renamed.save(path, format=form)
        assert 'none of these' in path.read_text()
        found_labels, found = convert(path, reading=EVERY, overwrite=True)
        assert found_labels.names == names
        wanted = {
            moment: [
                (box, {'none' if n == LABELS.names[0] else n for n in does})
                for box, does in people
            ]
            for moment, people in truth(followed).items()
        }
        assert_same(found, wanted, 1.01)


def test_cvat_on_every_frame(followed, convert, tmp_path):
    """Person 2 is away from frame 16 to 23."""
    followed.save(tmp_path / 'a.xml', format='cvat')
    _, found = convert(tmp_path / 'a.xml')
    assert sorted(found) == list(range(NUM_FRAMES))
    assert [i for i, p in found.items() if len(p) == 1] == list(range(16, 24))
    # Between frames 0 and 12 person 1 goes 2 px a frame.
    assert found[7][0] == ([24, 20, 54, 80], {'walk'})


def test_csv(followed, convert, tmp_path, videos):
    # The form has the path that the result was made with.
    followed = replace(followed, video=videos / 'v, 1.mp4')
    followed.save(tmp_path / 'a.csv', format='csv')
    labels, found = convert(tmp_path / 'a.csv')
    # A line has the likeliest answer alone, which is the only one here; the
    # file does not tell which labels exclude each other.
    assert labels.names == tuple(sorted(LABELS.names))
    assert_same(found, truth(followed), 1e-3)


@pytest.mark.parametrize('empty', ['', 'none', 'nan', 'NaN'])
def test_an_empty_label_of_a_table_is_no_action(convert, tmp_path, empty):
    path = tmp_path / 'a.csv'
    path.write_text(
        'video,frame,x1,y1,x2,y2,label\n"v, 1",0,1,2,9,12,run\n'
        f'"v, 1",0,20,2,29,12,{empty}\n'
    )
    labels, found = convert(path)
    assert labels.names == ('run',)
    assert found[0] == [([1, 2, 9, 12], {'run'}), ([20, 2, 29, 12], set())]


def test_csv_of_fractions_and_seconds(convert, tmp_path):
    path = tmp_path / 'a.csv'
    with path.open('w', newline='') as file:
        csv.writer(file).writerows(
            [
                ['label', 'video', 'time_sec', 'x1', 'y1', 'x2', 'y2'],
                ['sit', 'v, 1.mp4', 0.5, 0.25, 0.5, 0.5, 1],
                ['', 'v, 1.mp4', 0.5, 0.5, 0, 1, 0.5],
            ]
        )
    _, found = convert(path)
    assert found == {
        0.5: [([40, 60, 80, 120], {'sit'}), ([80, 0, 160, 60], set())]
    }


def test_ava(followed, convert, tmp_path):
    followed.save(tmp_path / 'a.ava.csv', format='ava-persons')
    labels, found = convert(tmp_path / 'a.ava.csv')
    names = tuple(name.replace('"', "'") for name in LABELS.names)
    assert labels.names == names
    assert labels.exclusive == LABELS.exclusive
    # Each whole second is nearest to one keyframe; who does nothing is not
    # written.
    wanted = {}
    for second, frame in enumerate([0, 8, 20, 28, 40]):
        told = [
            (box, {name.replace('"', "'") for name in does})
            for box, does in truth(followed)[frame]
            if does
        ]
        wanted[second] = told
    assert_same(found, wanted, 0.01)


def test_coco_video(followed, convert, tmp_path):
    followed.save(tmp_path / 'a.json', format='coco-video')
    labels, found = convert(tmp_path / 'a.json', independent=('wave',))
    assert labels.names == LABELS.names
    assert labels.exclusive == LABELS.exclusive
    assert_same(found, truth(followed), 1e-3)


def test_folder_config_and_split(followed, convert, tmp_path, videos):
    (tmp_path / 'cvat').mkdir()
    followed.save(tmp_path / 'cvat/a.xml', format='cvat')
    convert(
        tmp_path / 'cvat',
        unseen=('walk',),
        configs=('zs_stage_single.py', 'clip/zs_jhmdb_person_crop.py'),
    )
    split = read_label_split(tmp_path / 'out/label_split.yaml')
    assert split.train == (LABELS.names[1], 'wave')
    assert split.test == ('walk',)
    file = tmp_path / 'out/zs_stage_single.py'
    # Shipped bases are found wherever the package is.
    assert (
        "_base_ = 'stclip::_base_/../zs_stage_single.py'" in file.read_text()
    )
    config = read_config(file)
    test = config.test_dataloader.dataset
    assert test.data_root == str(tmp_path / 'out')
    assert test.data_prefix.video == str(videos)
    # What does not differ is inherited.
    assert test.pipeline[0].size == 96
    assert config.test_evaluator == [dict(type='FrameMAP')]
    both = json.dumps(config.to_dict())
    assert 'data/zs_stage/single' not in both


LABELS_OF_CVAT = """<annotations><meta><task><name>x</name>
<source>v, 1.mp4</source><labels>
<label><name>person</name><attributes>
<attribute><name>pose</name><input_type>radio</input_type>
<values>sit
stand</values></attribute>
<attribute><name>phone</name><input_type>checkbox</input_type>
<values>false</values></attribute>
<attribute><name>coat</name><input_type>select</input_type>
<values>red
blue</values></attribute>
<attribute><name>age</name><input_type>number</input_type>
<values>0;99;1</values></attribute>
</attributes></label>
<label><name>fall</name><attributes></attributes></label>
</labels></task></meta>
<track label="person">
<box frame="2" keyframe="1" outside="0" xtl="0" ytl="0" xbr="10" ybr="20">
<attribute name="pose">stand</attribute>
<attribute name="phone">true</attribute>
<attribute name="coat">red</attribute>
<attribute name="age">30</attribute></box>
<box frame="3" keyframe="0" outside="1" xtl="0" ytl="0" xbr="10" ybr="20"/>
</track>
<track label="fall">
<box frame="1" keyframe="1" outside="0" xtl="50" ytl="0" xbr="60" ybr="20"/>
<box frame="3" keyframe="1" outside="1" xtl="90" ytl="0" xbr="99" ybr="20"/>
</track></annotations>"""


def test_labels_and_attributes_of_cvat(convert, tmp_path):
    """A coat is no action; a track of another label is one by its name."""
    (tmp_path / 'a.xml').write_text(LABELS_OF_CVAT)
    reading = Reading(attributes=('pose', 'phone'))
    labels, found = convert(tmp_path / 'a.xml', reading=reading)
    assert labels.names == ('sit', 'stand', 'phone', 'fall')
    assert labels.exclusive == (True, True, False, True)
    fallen = ([50, 0, 60, 20], {'fall'})
    assert found == {
        1: [fallen],
        2: [([0, 0, 10, 20], {'stand', 'phone'}), fallen],
    }


def test_a_folder_of_two_files(tmp_path, videos):
    """Each video in a file of its own; labels come together."""
    frames = np.zeros((4, HEIGHT, WIDTH, 3), np.uint8)
    write_video(videos / 'w.mp4', frames, fps=10)
    text = LABELS_OF_CVAT
    (tmp_path / 'in').mkdir()
    (tmp_path / 'in/a.xml').write_text(text)
    text = text.replace('v, 1.mp4', 'w.mp4').replace('fall', 'jump')
    (tmp_path / 'in/b.xml').write_text(text)
    reading = Reading(attributes=('pose',))
    Conversion(
        tmp_path / 'in', videos, tmp_path / 'out', reading=reading
    ).run()
    labels, keyframes = read_keyframe_file(tmp_path / 'out/annotations.json')
    assert labels.names == ('sit', 'stand', 'fall', 'jump')
    found = [
        (k.video, k.frame_idx, k.labels.sum(0).tolist()) for k in keyframes
    ]
    assert found == [
        ('v, 1', 1, [0, 0, 1, 0]),
        ('v, 1', 2, [0, 1, 1, 0]),
        ('w', 1, [0, 0, 0, 1]),
        ('w', 2, [0, 1, 0, 1]),
    ]
