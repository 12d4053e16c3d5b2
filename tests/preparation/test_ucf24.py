from collections import Counter

import numpy as np
import pytest
from official_files import UcfTube, save_ucf_mat, save_ucf_pickle
from scipy.io import savemat

from stclip.labels.label_split import read_label_split
from stclip.preparation import ucf24
from stclip.preparation.records import Findings

WIDE = [100, 50, 200, 180]  # x + w is 300, 44 in 8 bits
VIDEOS = {
    'Basketball/v_Basketball_g01_c01': (
        9,
        [UcfTube(0, 2, [WIDE, [10, 20, 30, 40]]), UcfTube(0, 0, [WIDE])],
    ),
    'SalsaSpin/v_SalsaSpin_g03_c01': (5, [UcfTube(14, 4, [[1, 2, 3, 4]])]),
    'Biking/v_Biking_g02_c07': (7, []),
}
FORMS = {
    'finalAnnots.mat': save_ucf_mat,
    'pyannot_with_class_names.pkl': save_ucf_pickle,
}


@pytest.fixture
def read(tmp_path):
    def read(form='finalAnnots.mat', videos=VIDEOS, test=('SalsaSpin',)):
        path = FORMS[form](tmp_path / form, videos)
        lines = [name for name in videos if name.split('/')[0] in test]
        listed = tmp_path / 'testlist01.txt'
        listed.write_text('\n'.join([*lines, 'Diving/v_lost.avi']) + '\n')
        findings = Findings()
        names, found = ucf24.read_annotations(path, listed, findings)
        return names, found, findings.faults

    return read


def plain(video):
    tubes = [
        (t.action, t.frames.tolist(), t.boxes.tolist()) for t in video.tubes
    ]
    return video.name, video.subset, video.size_hw, video.num_frames, tubes


@pytest.mark.parametrize('form', FORMS)
def test_either_form(read, form):
    names, videos, faults = read(form)
    assert names == list(ucf24.ACTIONS)
    wide = [100.0, 50.0, 300.0, 230.0]
    assert [plain(video) for video in videos] == [
        (
            'v_Basketball_g01_c01',
            'train',
            (240, 320),
            9,
            [
                ('Basketball', [2, 3], [wide, [10, 20, 40, 60]]),
                ('Basketball', [0], [wide]),
            ],
        ),
        (
            'v_SalsaSpin_g03_c01',
            'test',
            (240, 320),
            5,
            [('Salsa Spin', [4], [[1, 2, 4, 6]])],
        ),
        ('v_Biking_g02_c07', 'train', (240, 320), 7, []),
    ]
    assert faults == {'test video without annotation': ['Diving/v_lost']}


@pytest.mark.parametrize('form', FORMS)
def test_whole_numbers_written_as_floats(read, form):
    floats = {
        name: (
            float(number),
            [UcfTube(float(t.label), float(t.start), t.boxes) for t in tubes],
        )
        for name, (number, tubes) in VIDEOS.items()
    }
    expected = [plain(video) for video in read(form)[1]]
    assert [plain(video) for video in read(form, floats)[1]] == expected


def test_a_first_frame_of_0_does_not_wrap(read):
    """Frames count from 1 there, in integers that know no -1."""
    videos = {'Biking/v': (7, [UcfTube(2, -1, [WIDE])])}
    with pytest.raises(ValueError, match='class 2, frames -1 to 0 of 7'):
        read('finalAnnots.mat', videos)


def test_a_single_video(read):
    """MATLAB does not tell one thing from a list of one."""
    name = 'Biking/v_Biking_g02_c07'
    tubes = [UcfTube(2, 0, [WIDE])]
    videos = read(videos={name: (7, tubes)})[1]
    assert plain(videos[0])[-1] == [('Biking', [0], [[100, 50, 300, 230]])]


@pytest.mark.parametrize('form', FORMS)
@pytest.mark.parametrize('label', [24, 200])
def test_unknown_class(read, form, label):
    videos = {'Biking/v': (7, [UcfTube(label, 0, [WIDE])])}
    with pytest.raises(ValueError, match=rf'{form} is no .*class {label},'):
        read(form, videos)


@pytest.mark.parametrize(
    'content',
    [
        b'',
        b'<html>404</html>' * 20,
        dict(other=1),
        dict(annot=dict(name='Biking/v')),
    ],
)
def test_another_file_is_named(tmp_path, content):
    path = tmp_path / 'finalAnnots.mat'
    if isinstance(content, dict):
        savemat(path, content)
    else:
        path.write_bytes(content)
    listed = tmp_path / 'testlist01.txt'
    listed.write_text('Biking/v_Biking_g02_c07\n')
    with pytest.raises(ValueError) as error:
        ucf24.read_annotations(path, listed, Findings())
    assert str(path) in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'prepare_data\.md'):
        ucf24.read_annotations(tmp_path / 'a.mat', 'list.txt', Findings())


def test_video_list(tmp_path):
    path = tmp_path / 'list.txt'
    path.write_text(
        'Archery/v_Archery_g01_c01.avi 3\n'
        'Biking/v_Biking_g01_c01.avi 11\n'
        '\n  \n'
        'BasketballDunk/v_BasketballDunk_g01_c01\n'
        'Diving/v_Diving_g01_c01.mp4\nDiving/v_Diving_g01_c02.AVI\n'
        'diving/v.3_a\n'
    )
    assert ucf24.read_video_list(path) == {
        'Biking/v_Biking_g01_c01',
        'BasketballDunk/v_BasketballDunk_g01_c01',
        'Diving/v_Diving_g01_c01',
        'Diving/v_Diving_g01_c02',
        'diving/v.3_a',
    }


@pytest.mark.parametrize('name', ['salsaspin/{}', 'SalsaSpin/{}.avi'])
def test_a_test_video_in_another_case(tmp_path, name):
    """It would be trained on."""
    path = save_ucf_mat(tmp_path / 'finalAnnots.mat', VIDEOS)
    listed = tmp_path / 'testlist01.txt'
    odd = name.format('v_salsaspin_g03_c01')
    listed.write_text(f'Biking/v_Biking_g02_c07.avi\n{odd}\n')
    with pytest.raises(ValueError) as error:
        ucf24.read_annotations(path, listed, Findings())
    assert str(error.value) == (
        f'{listed}: 1 videos are spelt in another case than in the '
        f'annotation, such as {odd.removesuffix(".avi")} for '
        'SalsaSpin/v_SalsaSpin_g03_c01; write them alike'
    )


@pytest.mark.parametrize('line', ['Archery/v_a.avi', 'v_Biking_g01_c01', ''])
def test_video_list_of_something_else(tmp_path, line):
    path = tmp_path / 'list.txt'
    path.write_text(f'{line}\n')
    with pytest.raises(ValueError, match=r'list\.txt lists no video'):
        ucf24.read_video_list(path)


def test_actions_are_those_of_the_label_splits():
    path = 'data/splits/zs_ucf/split1.yaml'
    split = read_label_split(ucf24.Path(__file__).parents[2] / path)
    assert sorted(ucf24.ACTIONS) == sorted(split.train + split.test)
    assert ucf24.ACTIONS[12:14] == ('Pole Vault', 'Rope Climbing')


@pytest.mark.shared
def test_numbers_of_the_real_files(real_ucf):
    assert len(real_ucf) == 3194
    subsets = Counter(video.subset for video in real_ucf)
    assert subsets == {'train': 2284, 'test': 910}
    tubes = [tube for video in real_ucf for tube in video.tubes]
    assert len(tubes) == 4458
    boxes = np.concatenate([tube.boxes for tube in tubes])
    assert len(boxes) == 573_862
    assert (boxes[:, 2:] > boxes[:, :2]).all()
    assert boxes.min() >= 0
    assert boxes.max(axis=0).tolist() == [309, 229, 320, 240]
    for video in real_ucf:
        folder = video.name.split('_')[1]
        action = ucf24.ACTIONS[ucf24.FOLDERS.index(folder)]
        assert {tube.action for tube in video.tubes} <= {action}
        for tube in video.tubes:
            assert (np.diff(tube.frames) == 1).all()
            assert tube.frames[-1] < video.num_frames


@pytest.mark.shared
def test_real_pickle_holds_the_same_and_official_list_more(realdata, real_ucf):
    """Four test videos of UCF101's own list have no annotation."""
    findings = Findings()
    _, videos = ucf24.read_annotations(
        realdata / 'ucf24' / 'gurkirt' / 'pyannot_with_class_names.pkl',
        realdata / 'labels' / 'ucf101' / 'testlist01.txt',
        findings,
    )
    assert findings.faults == {
        'test video without annotation': [
            'LongJump/v_LongJump_g07_c04',
            'TrampolineJumping/v_TrampolineJumping_g06_c03',
            'VolleyballSpiking/v_VolleyballSpiking_g02_c02',
            'VolleyballSpiking/v_VolleyballSpiking_g02_c03',
        ]
    }
    found = {video.name: video for video in videos}
    assert len(found) == len(real_ucf)
    for expected in real_ucf:
        video = found[expected.name]
        assert plain(video)[:4] == plain(expected)[:4]
        for one, other in zip(video.tubes, expected.tubes, strict=True):
            assert one.action == other.action
            np.testing.assert_array_equal(one.frames, other.frames)
            np.testing.assert_array_equal(one.boxes, other.boxes)


def test_names_without_a_folder(read):
    """As annotations of one's own in this form may have them."""
    tube = UcfTube(0, 0, [WIDE])
    _, (video,), _ = read(videos={'v_mine': (3, [tube])})
    assert (video.name, video.num_frames) == ('v_mine', 3)
