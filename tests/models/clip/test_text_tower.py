"""The text tower in steps equals the whole, and passes gradients."""

import torch
from tiny_model import ARCH

from stclip.models.clip import build_clip, build_tokenizer
from stclip.models.clip.towers import TextTower

TEXTS = ['sit', 'talk on phone', 'go ' * 40]


def test_embedded_and_read_it_is_the_text():
    """Cut behind the latest end; a text that fills the tower, too."""
    torch.manual_seed(0)
    model = build_clip(ARCH, None)
    tokens = build_tokenizer(ARCH)(TEXTS)
    for rows in slice(0, 2), slice(0, 3):
        words, ends = TextTower(model).embed_tokens(tokens[rows])
        assert words.shape[1] == max(ends) + 1
        found = TextTower(model).read_ends(words, ends)
        expected = model.encode_text(tokens[rows])
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_gradient_goes_to_what_is_read_and_no_further():
    torch.manual_seed(0)
    model = build_clip(ARCH, None).requires_grad_(False)
    words, ends = TextTower(model).embed_tokens(build_tokenizer(ARCH)(TEXTS))
    words.requires_grad_(True)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        features = TextTower(model).read_ends(words, ends)
    assert features.dtype == torch.float32
    features.square().sum().backward()
    moved = words.grad.abs().amax(dim=2) > 0
    places = torch.arange(words.shape[1])
    assert torch.equal(moved, places <= ends[:, None])


def test_last_layer_where_texts_end():
    """The same features and the same gradients as of the whole layer."""
    torch.manual_seed(0)
    model = build_clip(ARCH, None)
    words, ends = TextTower(model).embed_tokens(build_tokenizer(ARCH)(TEXTS))
    words = words.detach()
    results = []
    for short in (True, False):
        own = words.clone().requires_grad_()
        if short:
            tower = TextTower(model)
            x = tower.run_layers(tower.embed_words(own), tower.layers[:-1])
            features = tower.run_last_layer(x, ends)
        else:
            features = TextTower(model).read_ends(own, ends)
        features.square().sum().backward()
        results.append((features.detach(), own.grad))
    for found, expected in zip(*results, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
