"""Models by name: the shipped index, and one of the user's own."""

import hashlib
import json

import pytest
import torch
import yaml
from file_server import server

from stclip.apis.action_models import ActionModel
from stclip.apis.inferencer import ActionInferencer
from stclip.apis.loading import pipeline_of
from stclip.apis.model_index import (
    OWN_INDEX,
    action_model,
    action_models,
    is_indexed,
    person_detectors,
)
from stclip.apis.person_detectors import default_detector, person_detector
from stclip.models.clip import build_clip, clip_image_size
from stclip.registry import MODELS
from stclip.utils.downloads import OFFLINE, RemoteFile
from stclip.utils.errors import MissingFileError, UserError

__all__ = ['server']


def test_the_shipped_index_is_whole():
    models, detectors = action_models(), person_detectors()
    assert {'clip-b16', 'clip-l14', 'stage'} <= set(models)
    assert {'pe-core-b16', 'pe-core-l14-336', 'siglip2-b16'} <= set(models)
    for entry in (*models.values(), *detectors.values()):
        assert 'not stated' not in (entry.licence, entry.measured_on)
        for weights in (entry.weights, entry.clip_weights):
            if weights and weights.startswith('http'):
                assert RemoteFile.of(weights).sha256
    for entry in models.values():
        assert entry.detector in detectors
        config = ActionModel.of(entry.name).config
        assert config.model.type == 'CLIPBaseline'
        sizes = {
            step['size'] for step in pipeline_of(config) if 'size' in step
        }
        assert sizes == {clip_image_size(config.model.clip.arch)}


@pytest.mark.parametrize('name', ['clip-b16', 'clip-l14'])
def test_openais_addresses_hold_their_hashes(name):
    """OpenAI's own loader checks files against this part of the address."""
    url, digest = action_model(name).clip_weights.split('#sha256=')
    assert url.split('/')[-2] == digest and len(digest) == 64


def test_the_detector_fits_the_model(config):
    assert default_detector(config.model) == 'person-coco'
    stage = ActionModel.of('stage')
    assert default_detector(stage.config.model) == stage.detector == 'stage'


def test_real_weights_are_what_is_taken_unasked():
    chosen = ActionModel.of()
    clip = chosen.config.model.clip
    assert clip.arch == 'ViT-B-16-quickgelu'
    assert clip.pretrained == action_model('clip-b16').clip_weights
    assert chosen.config.model.view == 'both'
    assert chosen.detector == 'person-coco'


@pytest.fixture
def own(config, server, tmp_path, monkeypatch):
    """An index with a CLIP, and a trained model, on a server."""
    torch.manual_seed(0)
    arch = dict(config.model.clip.arch)
    (tmp_path / 'clip.json').write_text(json.dumps(dict(model_cfg=arch)))
    torch.save(build_clip(arch, None).state_dict(), tmp_path / 'clip.pt')
    model = MODELS.build(config.model)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'a.pth')
    config.dump(tmp_path / 'trained.py')
    plain = config.copy()
    plain.model = dict(
        type='CLIPBaseline',
        view='both',
        clip=dict(arch=str(tmp_path / 'clip.json'), pretrained='missing.pt'),
    )
    plain.dump(tmp_path / 'plain.py')

    def served(name):
        body = (tmp_path / name).read_bytes()
        url = server.serve(f'/{name}', body)
        return dict(url=url, sha256=hashlib.sha256(body).hexdigest())

    index = dict(
        action_models={
            'mine': dict(
                config=str(tmp_path / 'trained.py'), weights=served('a.pth')
            ),
            'my-clip': dict(
                config=str(tmp_path / 'plain.py'),
                clip_weights=served('clip.pt'),
                licence='MIT',
            ),
        }
    )
    (tmp_path / 'mine.yaml').write_text(yaml.safe_dump(index))
    monkeypatch.setenv(OWN_INDEX, str(tmp_path / 'mine.yaml'))
    return server


def test_weights_come_once_by_name(own, video, detector, tmp_path):
    result = ActionInferencer('my-clip', None, 'cpu', detector)(
        video, ['walk', 'wave'], 10
    )
    assert own.asked == ['/clip.pt']
    clip = f'{tmp_path}/clip.json:{tmp_path}/clip.pt'
    by_file = ActionModel.of(clip=clip).config
    by_file.model.head.temperature = 0.07  # as in the index's config
    same = ActionInferencer(by_file, None, 'cpu', detector)
    pipeline = same.loader  # of 224 px pictures fitted to the CLIP's 32
    assert pipeline.size == 32
    expected = same(video, ['walk', 'wave'], 10)
    for frame, other in zip(result.frames, expected.frames, strict=True):
        assert frame.action_probs == pytest.approx(
            other.action_probs, abs=1e-5
        )
    own.stop()
    again = ActionInferencer('my-clip', None, 'cpu', detector)
    assert again(video, ['walk', 'wave'], 10).frames[0].action_probs == (
        pytest.approx(result.frames[0].action_probs)
    )


def test_a_trained_model_by_name(own, video, detector, tmp_path):
    result = ActionInferencer('mine', None, 'cpu', detector)(
        video, ['walk', 'wave'], 10
    )
    by_path = ActionInferencer(
        tmp_path / 'trained.py', tmp_path / 'a.pth', 'cpu', detector
    )(video, ['walk', 'wave'], 10)
    assert result.to_json() == by_path.to_json()
    assert result.warnings == ()


def test_nothing_is_asked_for_offline(own, detector, monkeypatch):
    monkeypatch.setenv(OFFLINE, '1')
    with pytest.raises(MissingFileError, match='nothing is downloaded'):
        ActionInferencer('my-clip', None, 'cpu', detector)
    assert own.asked == []


def test_names_are_told_from_files(own, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert is_indexed('mine') and not is_indexed('others')
    (tmp_path / 'mine').write_text('a file')
    assert not is_indexed('mine')
    with pytest.raises(UserError, match="did you mean 'my-clip'"):
        action_model('my_clip')


def test_a_folder_is_no_model_whatever_it_is_called(
    own, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ('mine', 'stage'):
        (tmp_path / name).mkdir()
    assert is_indexed('mine')
    assert callable(person_detector('stage', device='cpu'))


def test_a_detector_of_the_index_is_the_project_s(video):
    by_name = person_detector('stage', device='cpu')
    entry = person_detectors()['stage']
    by_file = person_detector(f'configs/{entry.config}', entry.weights, 'cpu')
    frames = torch.randint(0, 255, (2, 96, 128, 3), dtype=torch.uint8).numpy()
    for mine, other in zip(by_name(frames), by_file(frames), strict=True):
        assert mine.boxes_xyxy == pytest.approx(other.boxes_xyxy)
