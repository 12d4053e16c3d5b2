"""Annotations as people have them; read where that can be, else named."""

import pickle

import numpy as np
import pytest

from stclip.datasets.ava_csv import read_ava_csv, read_excluded
from stclip.datasets.keyframe_file import read_keyframe_file
from stclip.datasets.proposals import read_detections
from stclip.evaluation.detection_file import read_frame_results
from stclip.preparation.person_frames import frames_of
from stclip.utils.errors import UserError

ROW = 'vidA,0902,0.077,0.151,0.283,0.811,80,1\n'
HEADINGS = [
    'video_id,timestamp,x1,y1,x2,y2,action_id,person_id',
    'video,middle_frame_timestamp,xmin,ymin,xmax,ymax,label,person',
    'Movie,Sec',
]


def plain(keyframes):
    """Without the timestamp, which stays as it is written."""
    return [
        (k.video, k.seconds, k.boxes.tolist(), k.labels.tolist())
        for k in keyframes
    ]


def read(path):
    return plain(read_ava_csv(path, {12: 0, 80: 1}, set(), 900))


@pytest.fixture
def write(tmp_path):
    def write(text, name='ann.csv'):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    'text',
    [
        'vidA,902.0,0.077,0.151,0.283,0.811,80.0,1.0',
        'vidA,902,7.7e-2,0.151,0.283,0.811, 80,01',
        *(f'{heading}\n{ROW}' for heading in HEADINGS),
        f'\n{HEADINGS[0]}\r\n\n{ROW}',
    ],
)
def test_other_spellings_of_a_row(write, text):
    """As pandas writes it: numbers as floats, perhaps with headings."""
    expected = [('vidA', 2.0, read(write(ROW))[0][2], [[False, True]])]
    path = write(text)
    assert read(path) == expected
    (frames,) = frames_of('', str(path), 900).values()
    assert [frame.seconds for frame in frames] == [2.0]


@pytest.mark.parametrize('heading', ['', *(f'{h}\n' for h in HEADINGS)])
def test_excluded_moments_and_boxes_under_headings(write, heading):
    path = write(f'{heading}vidA,902.0\n')
    assert read_excluded(path) == {('vidA', 902.0)}
    path = write(f'{heading}vidA,902.0,0.25,0.5,0.75,1,0.5\n')
    boxes, scores = read_detections(path)['vidA', 902.0]
    assert boxes.tolist() == [[0.25, 0.5, 0.75, 1]]
    assert scores.tolist() == [0.5]


@pytest.mark.parametrize(
    'key', [('vidA', 902), ('vidA', '0902'), ('vidA', np.float64(902))]
)
@pytest.mark.parametrize('rows', [list, tuple, np.array, np.float32])
def test_pickled_boxes_by_pairs(tmp_path, key, rows):
    path = tmp_path / 'boxes.pkl'
    content = {key: rows([[0.25, 0.5, 0.75, 1, 0.5]]), ('vidB', 1): rows([])}
    path.write_bytes(pickle.dumps(content))
    table = read_detections(path)
    assert table.keys() == {('vidA', 902.0)}
    boxes, scores = table['vidA', 902.0]
    assert boxes.tolist() == [[0.25, 0.5, 0.75, 1]]
    assert scores.tolist() == [0.5]


@pytest.fixture
def cases(shared_dir):
    return shared_dir / 'cases'


@pytest.mark.shared
def test_proposals_without_scores(cases):
    path = cases / '16_proposals_tuple_key' / 'p3.pkl'
    with pytest.raises(UserError) as error:
        read_detections(path)
    assert str(error.value) == (
        f"{path}, ('vidA', 902), box 0: expected [x1, y1, x2, y2, score], got "
        '[0.1, 0.1, 0.5, 0.5]; give boxes without scores 1.0'
    )


@pytest.mark.shared
def test_rows_of_pandas(cases, write):
    folder = cases / '17_ava_csv_pandas'
    expected = read(write(ROW))
    assert read(folder / 'hdr.csv') == read(folder / 'pd.csv') == expected


@pytest.mark.shared
def test_boxes_in_another_unit(cases):
    folder = cases / '18_normalised_with_size'
    with pytest.raises(UserError, match=r'kn\.json: persons under .* all 3 '):
        read_keyframe_file(folder / 'kn.json')
    with pytest.raises(UserError, match=r'px0\.csv, line 1 .* be in px'):
        read(folder / 'px0.csv')


@pytest.mark.shared
def test_lists_as_ids(cases):
    path = cases / '21_image_ids_list' / 'unhashable_ids.json'
    with pytest.raises(UserError, match=r'ids\.json: image_ids\[0\] must be'):
        read_frame_results(path, path)
