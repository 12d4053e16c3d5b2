"""Runs that go on from, start from and test a checkpoint of the net."""

import numpy as np
import pytest
from file_server import server
from tools_in_process import name_run
from toy_run import CONFIG, read_checkpoint, toy_runner

from stclip.engine import launch

__all__ = ['server']


@pytest.fixture
def trained(tmp_path):
    """Work dir of a finished toy run."""
    toy_runner(tmp_path / 'trained', {}).train()
    return tmp_path / 'trained'


def options(tmp_path, *more):
    named = f'experiment_name={name_run()}', *more
    return dict(
        work_dir=str(tmp_path / 'again'), seed=3, cfg_options=list(named)
    )


def test_resume_from_an_address(server, trained, tmp_path):
    url = server.serve('/iter_6.pth', (trained / 'iter_6.pth').read_bytes())
    cfg = launch.training_config(str(CONFIG), url, **options(tmp_path))
    model = launch.run(cfg, 'train')
    assert len(model.losses) == 2
    ours = read_checkpoint(tmp_path / 'again' / 'iter_8.pth')['state_dict']
    whole = read_checkpoint(trained / 'iter_8.pth')['state_dict']
    for name, weight in whole.items():
        np.testing.assert_array_equal(ours[name], weight)


@pytest.mark.parametrize('way', ['argument', 'config'])
def test_test_an_address(server, trained, tmp_path, way):
    file = trained / 'iter_8.pth'
    url = server.serve('/iter_8.pth', file.read_bytes())
    cfg = launch.testing_config(str(CONFIG), str(file), **options(tmp_path))
    expected = launch.run(cfg, 'test')
    given = url if way == 'argument' else None
    cfg = launch.testing_config(str(CONFIG), given, **options(tmp_path))
    if way == 'config':
        cfg.load_from = url
    assert launch.run(cfg, 'test') == expected
    other = trained / 'iter_6.pth'
    cfg = launch.testing_config(str(CONFIG), str(other), **options(tmp_path))
    assert launch.run(cfg, 'test') != expected


def test_an_address_is_asked_before_anything_is_built(
    server, tmp_path, monkeypatch
):
    def fail(*args, **kwargs):
        raise AssertionError('must not be built')

    monkeypatch.setattr('stclip.registry.MODELS.build', fail)
    url = server.serve('/gone.pth', b'', status=404)
    with pytest.raises(FileNotFoundError, match='HTTP 404'):
        launch.testing_config(str(CONFIG), url, **options(tmp_path))
    with pytest.raises(FileNotFoundError, match='HTTP 404'):
        launch.training_config(str(CONFIG), url, **options(tmp_path))
    named = options(tmp_path, f'load_from={url}')
    with pytest.raises(FileNotFoundError, match='HTTP 404'):
        launch.run(launch.training_config(str(CONFIG), **named), 'train')
