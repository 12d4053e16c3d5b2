"""What the models of ZS-AVA train, on ViT-L/14, to the unit.

ST-CLIP's paper gives no counts of these; they are sums over layers.
"""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from small_training import num_trained

from stclip.registry import MODELS

ROOT = Path(__file__).parents[1]
# Widths of the image tower and of the joint space; layers.
D, E, LAYERS = 1024, 768, 24


def linear(inputs, outputs, bias=True):
    return (inputs + bias) * outputs


def norm(width):
    return 2 * width


def attention(width):
    return 4 * linear(width, width)


def feed_forward(width):
    return linear(width, 4 * width) + linear(4 * width, width)


def prompting(layers):
    """A layer without biases of queries, keys and values, a norm, a scale."""
    attended = 3 * linear(E, E, bias=False) + linear(E, E)
    each = norm(E) + attended + norm(E) + feed_forward(E)
    return layers * each + norm(E) + E


def st_clip():
    """Projectors, prompting, window, LoRA of rank 8, adapter."""
    window = 9 * D + norm(D) + attention(D)
    lora = LAYERS * 2 * 8 * (D + 4 * D)
    adapter = norm(D) + feed_forward(D)
    each_layer = linear(D, E) + prompting(1)
    return LAYERS * each_layer + window + lora + adapter


def vita_clip(frames=8, prompts=8, words=8):
    """Prompts of all layers, time, words, and CLIP's scale."""
    summary = norm(D) + attention(D)
    each_layer = linear(D, D) + summary + frames * D + prompts * D
    return LAYERS * each_layer + frames * D + words * E + 1


def i_clip(frames, layers):
    """Eight units, places in memory for keys and values of two, prompting."""
    return 8 * attention(E) + 2 * 2 * frames * E + prompting(layers)


@pytest.mark.parametrize(
    'config, changes, by_hand, expected',
    [
        ('zs_ava_split1', {}, st_clip(), 203_573_248),
        ('vita_clip/vita_clip_zs_ava_split1', {}, vita_clip(), 126_408_705),
        ('i_clip/iclip_zs_ava_split1', {}, i_clip(60, 2), 33_256_704),
        (
            'i_clip/iclip_zs_ava_split1',
            dict(memory_frames=20, prompting_layers=1),
            i_clip(20, 1),
            26_048_256,
        ),
    ],
)
def test_on_vit_l14(config, changes, by_hand, expected, monkeypatch):
    monkeypatch.chdir(ROOT)
    model = Config.fromfile(f'configs/{config}.py').model
    for part in (model, model.get('recognizer', {})):
        if 'clip' in part:
            assert part.clip.arch == 'ViT-L-14-quickgelu'
            part.clip.pretrained = None
    with torch.device('meta'):
        found = num_trained(MODELS.build({**model, **changes}))
    assert found == by_hand == expected


def test_sums_of_the_paper_s_definitions():
    """In millions; with what is allocated there and called by nobody."""
    uncalled = norm(D) + feed_forward(D)
    assert st_clip() + uncalled == 211_969_024
    assert vita_clip() - 1 == 126_408_704
    assert round(i_clip(20, 1) / 1e6, 1) == 26.0
