"""tools/demo.py: what it writes, and what it says when it cannot."""

import json

import av
import pytest
import torch
from PIL import Image

from stclip.models.clip import build_clip
from tools import demo


@pytest.fixture
def clip(config, tmp_path):
    """ARCH:WEIGHTS of a small CLIP in files."""
    arch = dict(config.model.clip.arch)
    (tmp_path / 'clip.json').write_text(json.dumps(dict(model_cfg=arch)))
    model = build_clip(arch, pretrained=None)
    torch.save(model.state_dict(), tmp_path / 'clip.pt')
    return f'{tmp_path}/clip.json:{tmp_path}/clip.pt'


@pytest.fixture
def use_detector(monkeypatch, detector):
    """Let the default person detector see squares."""
    from stclip.apis import inferencer

    monkeypatch.setattr(
        inferencer, 'default_person_detector', lambda device: detector
    )


def test_results_of_plain_clip(video, clip, use_detector, tmp_path, capsys):
    labels = tmp_path / 'labels.txt'
    labels.write_text('walk\n\nstand up \n')
    out = tmp_path / 'out'
    result = demo.main(
        [
            str(video),
            '--labels',
            str(labels),
            '--out',
            str(out),
            '--clip',
            clip,
            '--stride',
            '10',
        ]
    )
    assert [frame.frame_idx for frame in result.frames] == [0, 10, 20]
    content = json.loads((out / 'squares.json').read_text())
    assert content == result.to_json()
    assert content['labels'] == ['walk', 'stand up']
    assert len(content['keyframes'][0]['persons']) == 2
    with av.open(str(out / 'squares.mp4')) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30
    with Image.open(out / 'squares.png') as sheet:
        assert sheet.width > 100
    shown = capsys.readouterr()
    assert f'{result.num_persons} persons on 3 keyframes' in shown.out
    assert 'looking' in shown.err and 'drawing' in shown.err


def test_results_of_a_trained_model(
    video, config, use_detector, tmp_path, monkeypatch
):
    from stclip.registry import MODELS

    model = MODELS.build(config.model)
    checkpoint = tmp_path / 'iter_1.pth'
    torch.save(dict(state_dict=model.state_dict()), checkpoint)
    config.dump(tmp_path / 'config.py')
    result = demo.main(
        [
            str(video),
            '--labels',
            'walk, wave',
            '--out',
            str(tmp_path),
            '--config',
            str(tmp_path / 'config.py'),
            '--checkpoint',
            str(checkpoint),
        ]
    )
    assert result.labels.names == ('walk', 'wave')
    assert (tmp_path / 'squares.json').is_file()


@pytest.mark.parametrize(
    'options, message',
    [
        (['--clip', 'ViT-B-16'], 'wants ARCH:WEIGHTS'),
        (['--clip', 'a:b', '--checkpoint', 'c'], 'leave out --checkpoint'),
        (['--config', 'a.py'], 'needs the --checkpoint'),
        (['--detector', 'a.py'], 'go together'),
    ],
)
def test_options_that_do_not_go_together(options, message, capsys):
    with pytest.raises(SystemExit) as error:
        demo.parse_args(['v.mp4', '--labels', 'a', '--out', 'o', *options])
    assert error.value.code == 2
    assert message in capsys.readouterr().err


def test_one_line_for_what_is_wrong(clip, use_detector, tmp_path):
    broken = tmp_path / 'broken.mp4'
    broken.write_bytes(b'no video')
    common = ['--out', str(tmp_path / 'out'), '--clip', clip]
    for video, labels, message in (
        ('absent.mp4', 'walk', 'error: .*absent.mp4'),
        (str(broken), 'walk', 'error: .*broken.mp4'),
        (str(broken), ' , ', 'at least one action name'),
        (str(broken), 'walk,walk', r"twice: \['walk'\]"),
        (str(broken), 'absent.txt', 'absent.txt does not exist'),
    ):
        with pytest.raises(SystemExit, match=message):
            demo.main([video, '--labels', labels, *common])
    assert not (tmp_path / 'out').exists()
