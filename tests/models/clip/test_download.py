"""Weights by tag: the cache first, and one question to the network."""

import http.server
import threading

import huggingface_hub
import open_clip
import pytest

from stclip.models.clip import download
from stclip.models.clip.download import cached_file, require_reachable

HUB_TAG = dict(hf_hub='someone/clip/')


@pytest.fixture
def online(monkeypatch):
    """As if HF_HUB_OFFLINE were not set."""
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_OFFLINE', False)


@pytest.fixture
def server():
    """A local server that knows no page; its address."""
    handler = http.server.BaseHTTPRequestHandler
    server = http.server.HTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_port}/clip.pt'
    server.shutdown()
    server.server_close()


def test_what_is_cached_needs_no_network(monkeypatch, tmp_path):
    asked = []

    def look(repository, file):
        asked.append((repository, file))
        return str(tmp_path / file) if file.endswith('.bin') else None

    monkeypatch.setattr(huggingface_hub, 'try_to_load_from_cache', look)
    file = download.weight_file('ViT', 'openai', HUB_TAG)
    assert file == tmp_path / 'open_clip_pytorch_model.bin'
    assert asked[0] == ('someone/clip', 'open_clip_model.safetensors')


def test_a_file_of_an_address_lies_in_its_own_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(download, '_URL_CACHE', tmp_path)
    tag = dict(url='https://example.com/a/clip.pt')
    assert cached_file(tag) is None
    (tmp_path / 'clip.pt').touch()
    assert cached_file(tag) == tmp_path / 'clip.pt'


def test_out_of_reach_is_said_before_anything_is_tried(online, monkeypatch):
    tried = []
    monkeypatch.setattr(
        open_clip.pretrained, 'download_pretrained', tried.append
    )
    # Port 9 is nobody's.
    tag = dict(url='http://127.0.0.1:9/clip.pt')
    with pytest.raises(
        FileNotFoundError,
        match=r'ViT \(openai\) are not cached.*Download http://127.*pretrained',
    ):
        download.weight_file('ViT', 'openai', tag)
    assert not tried


def test_offline_by_wish_asks_nobody(online, server, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv('STCLIP_OFFLINE', '1')
        with pytest.raises(OSError, match='STCLIP_OFFLINE is set'):
            require_reachable(server)
    monkeypatch.setattr(huggingface_hub.constants, 'HF_HUB_OFFLINE', True)
    with pytest.raises(OSError, match='HF_HUB_OFFLINE is set'):
        require_reachable(server)


def test_whoever_answers_is_in_reach(online, server):
    """Also with an error: a registry may not answer HEAD at this address."""
    require_reachable(server)


def test_what_was_downloaded_is_used(online, server, monkeypatch, tmp_path):
    monkeypatch.setattr(
        open_clip.pretrained,
        'download_pretrained',
        lambda tag: str(tmp_path / 'clip.pt'),
    )
    file = download.weight_file('ViT', 'openai', dict(url=server))
    assert file == tmp_path / 'clip.pt'
