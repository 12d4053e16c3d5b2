"""``stclip infer``: what it writes, and what it says when it cannot."""

import csv
import json
import re
import shutil
from pathlib import Path

import av
import pytest
import torch
from command_line import call
from other_writer import WAIT, holding, kill, other_process
from PIL import Image
from walking_squares import let_detect

from stclip.apis.action_models import plain_clip_config
from stclip.apis.annotation import load_inferencer
from stclip.cli.infer import command
from stclip.knowledge.attributes import AttributeRecord, write_attributes
from stclip.models.clip import build_clip
from stclip.utils.errors import UserError


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
    let_detect(detector, monkeypatch.setattr)


def test_results_of_plain_clip(video, clip, use_detector, tmp_path, capsys):
    labels = tmp_path / 'labels.txt'
    labels.write_text('walk\n\nstand up \n')
    out = tmp_path / 'out'
    code, printed, bars = call(
        capsys,
        command,
        *(video, '--labels', labels, '--out', out),
        *('--clip', clip, '--stride', 10),
    )
    assert code == 0
    content = json.loads((out / 'squares.json').read_text())
    frames = [keyframe['frame_idx'] for keyframe in content['keyframes']]
    assert frames == [0, 10, 20]
    result = load_inferencer(clip=clip)(video, ['walk', 'stand up'], 10)
    # From Python nobody keeps what was asked.
    assert content['request']['stride'] == 10
    plain = result.to_json()
    # The command averages rounded probabilities.
    segments, others = content.pop('segments'), plain.pop('segments')
    for segment, other in zip(segments, others, strict=True):
        assert segment.pop('score') == pytest.approx(
            other.pop('score'), abs=2e-5
        )
    assert segments == others
    assert dict(content, request={}) == plain
    assert content['labels'] == ['walk', 'stand up']
    assert len(content['keyframes'][0]['persons']) == 2
    with av.open(str(out / 'squares.mp4')) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30
    with Image.open(out / 'squares.png') as sheet:
        assert sheet.width > 100
    assert f'{result.num_persons} persons on 3 keyframes' in printed
    assert 'looking' in bars and 'drawing' in bars


def test_results_of_a_trained_model(
    video, config, use_detector, tmp_path, capsys
):
    from stclip.registry import MODELS

    model = MODELS.build(config.model)
    checkpoint = tmp_path / 'iter_1.pth'
    torch.save(dict(state_dict=model.state_dict()), checkpoint)
    config.dump(tmp_path / 'config.py')
    code, *_ = call(
        capsys,
        command,
        *(video, '--labels', 'walk, wave', '--out', tmp_path),
        *('--config', tmp_path / 'config.py', '--checkpoint', checkpoint),
    )
    assert code == 0
    content = json.loads((tmp_path / 'squares.json').read_text())
    assert content['labels'] == ['walk', 'wave']


@pytest.fixture
def annotate(video, clip, use_detector, tmp_path, capsys, monkeypatch):
    """``stclip infer`` into one folder; code and error."""
    monkeypatch.chdir(tmp_path)
    common = ('--labels', 'walk, wave', '--clip', clip, '--stride', 15)

    def run(path, out, *options):
        code, _, error = call(
            capsys, command, path, '--out', out, *common, *options
        )
        return code, error.splitlines()[-1]

    return run


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_results_are_kept_unless_asked(annotate, video, tmp_path):
    (tmp_path / 'a').mkdir()
    film = shutil.copy(video, tmp_path / 'a' / 'one.mp4')
    other = shutil.copy(video, tmp_path / 'one.mov')
    assert annotate(film, 'out')[0] == 0
    before = contents(tmp_path / 'out')
    assert set(before) == {'one.json', 'one.mp4', 'one.png'}
    # The same video again, another of that name, and one among its results.
    for path in (film, other, f'out/{film.name}'):
        code, error = annotate(path, 'out')
        assert code == 2 and error.startswith('error: out/one.')
        assert '--overwrite' in error or 'over out/one.mp4' in error
    assert contents(tmp_path / 'out') == before
    assert annotate(other, 'out', '--overwrite')[0] == 0
    result = json.loads((tmp_path / 'out' / 'one.json').read_text())
    assert result['video'] == str(other)
    assert contents(tmp_path / 'a') == {'one.mp4': video.read_bytes()}


def test_results_beside_the_video_leave_it_alone(annotate, video, tmp_path):
    film = shutil.copy(video, tmp_path / 'one.mov')
    assert annotate(film.name, '.')[0] == 0
    assert film.read_bytes() == video.read_bytes()
    assert {p.name for p in tmp_path.glob('one.*')} == {
        *('one.mov', 'one.json', 'one.mp4', 'one.png')
    }


def test_two_runs_at_a_time(annotate, video, tmp_path):
    shutil.copy(video, tmp_path / 'two.mp4')
    with other_process(holding(tmp_path / 'out' / 'squares.png')) as other:
        code, error = annotate(video, 'out', '--overwrite')
        assert code == 2
        assert f'squares.png is being written by process {other.pid}' in error
        # Another video may be done into the same folder.
        assert annotate('two.mp4', 'out')[0] == 0


def test_what_a_killed_run_left_is_made_anew(annotate, video, tmp_path):
    out = tmp_path / 'out'
    names = ('squares.json', 'squares.png', 'squares.mp4')
    files = [str(out / name) for name in names]
    killed = (
        f'files = [Path(name) for name in {files!r}]\n'
        f'with outputs.new_results(files, []):\n'
        f'    io.write_json(files[0], 1)\n'
        f'    with io.atomic_write(files[2], "wb") as film:\n'
        f'        film.write(b"half a film"); film.flush(); {WAIT}'
    )
    with other_process(killed) as process:
        kill(process)
    assert any(name.endswith('.part') for name in contents(out))
    assert annotate(video, 'out')[0] == 0
    assert set(contents(out)) == set(names)


def test_results_from_python_spare_the_video(video, clip, detector, tmp_path):
    film = Path(shutil.copy(video, tmp_path / 'one.mp4'))
    (tmp_path / 'link.mp4').symlink_to(film)
    infer = load_inferencer(clip=clip, detector='stage')
    result = infer(film, ['walk', 'wave'], 15)
    for save in (result.save_video, result.save_json):
        for path in (film, tmp_path / 'link.mp4'):
            with pytest.raises(UserError, match='would be written over'):
                save(path)
    assert film.read_bytes() == video.read_bytes()


@pytest.mark.parametrize(
    'options, message',
    [
        (['--clip', 'ViT-B-16'], 'wants ARCH:WEIGHTS'),
        (['--clip', 'a:b', '--checkpoint', 'c'], 'leave out --checkpoint'),
        (['--config', 'a.py'], 'needs the --checkpoint'),
        (['--detector-checkpoint', 'a.pth'], 'needs its --detector'),
    ],
)
def test_options_that_do_not_go_together(options, message, capsys):
    words = ('v.mp4', '--labels', 'a', '--out', 'o', *options)
    code, _, error = call(capsys, command, *words)
    assert code == 2
    assert message in error


def test_one_line_for_what_is_wrong(clip, use_detector, tmp_path, capsys):
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
        words = (video, '--labels', labels, *common)
        code, _, error = call(capsys, command, *words)
        assert code == 2 and error.count('\n') == 1
        assert re.search(message, error)
    assert not (tmp_path / 'out').exists()


def test_files_are_looked_for_before_anything_is_built(
    video, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr('stclip.apis.annotation.ActionInferencer', None)
    common = (video, '--labels', 'walk', '--out', tmp_path / 'out')
    for options in (
        ('--checkpoint', 'absent.pth'),
        ('--checkpoint', video, '--config', 'absent.py'),
        ('--detector', 'absent.py', '--detector-checkpoint', video),
        ('--detector', video, '--detector-checkpoint', 'absent.pth'),
    ):
        code, _, error = call(capsys, command, *common, *options)
        assert code == 2
        assert re.match(r'error: absent\.\w+ does not exist', error)


def test_any_clip_on_person_crops(clip, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cfg = plain_clip_config(clip)
    assert f'{cfg.model.clip.arch}:{cfg.model.clip.pretrained}' == clip
    steps = cfg.test_dataloader.dataset.pipeline
    assert {step.size for step in steps if 'size' in step} == {32}
    with pytest.raises(UserError, match='ARCH:WEIGHTS'):
        plain_clip_config('ViT-B-16')


def test_labels_are_described_before_anything_is_built(
    video, tmp_path, capsys, monkeypatch
):
    given = []

    class Inferencer:
        batch_size = 8

        def stream(self, video, labels, **options):
            given.append(labels)
            raise UserError('enough')

    monkeypatch.setattr(
        'stclip.apis.assignment.inferencer_of', lambda *_, **__: Inferencer()
    )
    common = (video, '--labels', 'swim', '--out', tmp_path / 'out')
    common += ('--model', 'stage')
    path = tmp_path / 'attributes.jsonl'
    for options, error in (
        (('--attributes', path), 'attributes.jsonl does not exist'),
        (('--graphs', tmp_path / 'g.jsonl'), 'g.jsonl does not exist'),
    ):
        assert error in call(capsys, command, *common, *options)[2]
    assert given == []
    write_attributes(
        path, [AttributeRecord('mine', 0, 'swim', ('pool',), 'manual')]
    )
    assert call(capsys, command, *common, '--attributes', path)[0] == 2
    assert given[0].answers.names == ('swim',)
    assert given[0].answers.keywords == (('pool',),)


def test_other_forms_lie_beside_the_json_file(
    video, clip, use_detector, tmp_path, capsys
):
    out = tmp_path / 'out'
    words = (video, '--labels', 'walk, sit', '--out', out, '--clip', clip)
    formats = ('--format', 'csv', 'ava', 'jsonl')
    assert call(capsys, command, *words, *formats)[0] == 0
    written = {path.name for path in out.iterdir()}
    assert written == {
        *('squares.json', 'squares.png', 'squares.mp4', 'squares.csv'),
        *('squares.ava.csv', 'squares.ava.pbtxt', 'squares.keyframes.jsonl'),
    }
    with (out / 'squares.csv').open() as file:
        rows = list(csv.DictReader(file))
    content = json.loads((out / 'squares.json').read_text())
    persons = [p for k in content['keyframes'] for p in k['persons']]
    assert len(rows) == len(persons) > 3
    for row, person in zip(rows, persons, strict=True):
        assert float(row['prob_walk']) == person['actions']['walk']
    # One that is there already is kept, as the others are.
    for name in written - {'squares.csv'}:
        (out / name).unlink()
    code, _, error = call(capsys, command, *words, *formats)
    assert code == 2 and 'squares.csv is there already' in error
