"""Weights by address for detectors, CLIP and conversion."""

import pytest
import torch
from file_server import server

from stclip.apis.action_models import plain_clip_config
from stclip.apis.conversion import convert_checkpoint
from stclip.apis.model_index import person_detectors
from stclip.apis.person_detector import (
    PersonDetector,
)
from stclip.models.clip.build import build_clip, require_weights
from stclip.utils.resources import resolve, shipped

TINY_CLIP = shipped('data/pretrained/tiny_clip')

TINY = person_detectors()['stage']

__all__ = ['server']


def assert_equal_weights(found, expected):
    assert found.keys() == expected.keys()
    for name, weight in expected.items():
        torch.testing.assert_close(found[name], weight, rtol=0, atol=0)


def test_person_detector(server):
    file = shipped(
        'data/pretrained/tiny_person_detector/tiny_person_detector.pth'
    )
    url = server.serve('/persons.pth', file.read_bytes())
    config = resolve(TINY.config)
    assert_equal_weights(
        PersonDetector(config, url, 'cpu').model.state_dict(),
        PersonDetector(config, file, 'cpu').model.state_dict(),
    )


def test_clip(server):
    file = TINY_CLIP / 'tiny_clip.pt'
    arch = str(TINY_CLIP / 'open_clip_config.json')
    url = server.serve('/clip.pt?v=1:2', file.read_bytes())
    require_weights(arch, url)
    assert_equal_weights(
        build_clip(arch, url).state_dict(),
        build_clip(arch, str(file)).state_dict(),
    )
    # The option of a command that names both.
    clip = plain_clip_config(f'{arch}:{url}').model.clip
    assert (clip.arch, clip.pretrained) == (arch, url)


@pytest.mark.parametrize(
    'given, arch, pretrained',
    [
        ('ViT-B-16:openai', 'ViT-B-16', 'openai'),
        ('ViT-B-16:http://h:8/a.pt', 'ViT-B-16', 'http://h:8/a.pt'),
        ('ViT-B-16:runs/12:30.pt', 'ViT-B-16', 'runs/12:30.pt'),
    ],
)
def test_colons_of_clip(given, arch, pretrained):
    clip = plain_clip_config(given).model.clip
    assert (clip.arch, clip.pretrained) == (arch, pretrained)


def test_conversion(server, tmp_path):
    state = {'ln_person.weight': torch.arange(4.0), 'x': torch.ones(1)}
    file = tmp_path / 'theirs.pth'
    torch.save(dict(model=state), file)
    url = server.serve('/theirs.pth', file.read_bytes())
    outs = tmp_path / 'local.pth', tmp_path / 'remote.pth'
    told = [
        convert_checkpoint('st_clip_official', source, out)
        for source, out in zip((file, url), outs, strict=True)
    ]
    assert told[0] == told[1]
    local, remote = (
        torch.load(out, weights_only=True)['state_dict'] for out in outs
    )
    assert_equal_weights(remote, local)
