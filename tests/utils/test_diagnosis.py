"""Findings of ``stclip doctor`` in installations that lack something."""

import builtins
from types import SimpleNamespace

import pytest
from av.codec.codec import UnknownCodecError
from command_line import call

from stclip.cli.doctor import command
from stclip.utils import diagnosis
from stclip.utils.diagnosis import NOTE, OK, PROBLEM, Finding


@pytest.fixture
def installed(monkeypatch):
    """Versions of the packages that are there."""
    versions = {}

    def version(name):
        if name not in versions:
            raise diagnosis.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(diagnosis.metadata, 'version', version)
    return versions


def levels(findings):
    return {finding.topic: finding.level for finding in findings}


def test_versions_against_the_ranges(installed):
    installed.update(
        {'torch': '2.13.0+cpu', 'mmdet': '3.4.0', 'mmcv': '2.1.0'}
    )
    findings = list(
        diagnosis.look_at_versions(
            (
                'torch<2.14,>=2.13',
                'mmdet<3.4,>=3.3',
                'mmcv-lite<2.2,>=2.1',
                'av>=17',
                'pytest>=8; extra == "test"',
            )
        )
    )
    assert findings == [
        Finding(OK, 'torch', '2.13.0+cpu (run with >=2.13,<2.14)'),
        Finding(
            NOTE,
            'mmdet',
            '3.4.0 (run with >=3.3,<3.4)',
            'If something fails: pip install "mmdet>=3.3,<3.4"',
        ),
        # The compiled build of the same module.
        Finding(OK, 'mmcv', '2.1.0 (run with >=2.1,<2.2)'),
        Finding(PROBLEM, 'av', 'is missing', 'pip install "av>=17"'),
    ]


def test_without_metadata_there_is_nothing_to_compare(monkeypatch):
    def absent(name):
        raise diagnosis.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(diagnosis.metadata, 'requires', absent)
    (finding,) = diagnosis.look_at_versions()
    assert (finding.level, finding.topic) == (NOTE, 'stclip')


@pytest.mark.parametrize(
    'absent, expected',
    [
        ((), (OK, OK)),
        (('av1',), (NOTE, OK)),
        (('av1', 'h264'), (PROBLEM, OK)),
        (('libx264',), (OK, PROBLEM)),
    ],
)
def test_missing_codecs(monkeypatch, absent, expected):
    def codec(name, mode):
        if name in absent:
            raise UnknownCodecError(name)

    monkeypatch.setattr('av.codec.Codec', codec)
    decoders, encoder = diagnosis.look_at_codecs()
    assert (decoders.level, encoder.level) == expected
    for name in absent:
        assert name in decoders.text + encoder.text


def test_weights_that_lie_about(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('HOME', str(tmp_path))
    environ = {}
    *_, cached, downloaded = diagnosis.look_at_weights(environ)
    assert (cached.level, cached.text) == (NOTE, 'none')
    assert (downloaded.level, downloaded.text) == (OK, 'none')
    cache = tmp_path / '.cache'
    (cache / 'clip').mkdir(parents=True)
    (cache / 'clip' / 'ViT-B-16.pt').touch()
    for name in ('models--timm--vit_clip.openai', 'models--other--model'):
        (cache / 'huggingface' / 'hub' / name).mkdir(parents=True)
    folder = tmp_path / 'data' / 'pretrained'
    folder.mkdir(parents=True)
    (folder / 'mine.pth').touch()
    (folder / 'notes.txt').touch()
    *shipped, cached, downloaded = diagnosis.look_at_weights(environ)
    assert [finding.level for finding in shipped] == [OK, OK]
    assert cached.text == 'ViT-B-16.pt, timm/vit_clip.openai'
    assert downloaded.text == 'mine.pth'
    elsewhere = {'HF_HUB_CACHE': str(tmp_path)}
    *_, cached, _ = diagnosis.look_at_weights(elsewhere)
    assert cached.text == 'ViT-B-16.pt'


def test_missing_weights_of_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnosis, 'shipped', lambda name: tmp_path / name)
    found = levels(diagnosis.look_at_weights({}))
    assert (
        found['tiny_clip.pt'] == found['tiny_person_detector.pth'] == (PROBLEM)
    )


@pytest.mark.parametrize('free_gib, level', [(80, OK), (3, NOTE)])
def test_free_disk(monkeypatch, tmp_path, free_gib, level):
    usage = SimpleNamespace(free=free_gib * 2**30)
    monkeypatch.setattr(diagnosis.shutil, 'disk_usage', lambda path: usage)
    (finding,) = diagnosis.look_at_disk(tmp_path)
    assert finding.level == level
    assert finding.text == f'{free_gib} GiB free in {tmp_path}'


def test_operators_and_devices_of_this_machine():
    import torch

    operators = levels(diagnosis.look_at_operators())
    loaded = hasattr(torch.ops.torchvision, 'roi_align')
    expected = OK if loaded else NOTE
    assert operators["torchvision's operators"] == expected
    assert operators["mmcv's operators"] == OK
    topics = levels(diagnosis.look_at_devices())
    assert ('cuda:0' in topics) == torch.cuda.is_available()
    assert topics['CPU'] == OK


def test_the_command_fails_only_on_problems(capsys, monkeypatch):
    monkeypatch.setattr(
        diagnosis, 'diagnose', lambda: iter([Finding(NOTE, 'a', 'b', 'c')])
    )
    assert call(capsys, command) == (0, 'note     a: b. c\n', '')
    monkeypatch.setattr(
        diagnosis, 'diagnose', lambda: iter([Finding(PROBLEM, 'a', 'b')])
    )
    assert call(capsys, command) == (1, 'problem  a: b\n', '')


def test_what_cannot_be_imported_is_a_finding(monkeypatch):
    importing = builtins.__import__

    def broken(name, *args, **kwargs):
        if name.startswith('mmaction'):
            raise ImportError('libGL.so.1:\nno such file')
        return importing(name, *args, **kwargs)

    monkeypatch.setattr(builtins, '__import__', broken)
    found = {finding.topic: finding for finding in diagnosis.diagnose()}
    assert found['models'].level == PROBLEM
    assert found['models'].text == 'ImportError: libGL.so.1: no such file'
    assert found['video encoder'].level == OK
