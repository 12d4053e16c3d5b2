"""Eqs. (6)-(10) of DA-STI against the paper's own loops."""

import itertools

import pytest
import torch
from dasti_loop import pair_score, projected

from stclip.models.da_sti.attribute_text import ClassText
from stclip.models.da_sti.spatio_temporal_interaction import (
    SpatioTemporalInteraction,
    relative_weights,
    weighted_cosine,
)
from stclip.models.recognition.packed_text import PackedText

B, T, N, D = 3, 4, 6, 16
COUNTS = (2, 3, 1, 5)


@pytest.fixture
def tokens():
    """Frames, patches, words of each class, classes."""
    generator = torch.Generator().manual_seed(1)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    words = draw(sum(COUNTS), D)
    return draw(B, T, D), draw(B, T, N, D), words, draw(len(COUNTS), D)


def pack(words, counts=COUNTS):
    numbers = torch.arange(len(counts))
    class_idx = numbers.repeat_interleave(torch.tensor(counts))
    return PackedText(words, class_idx, len(counts))


def pack_text(words, classes, counts=COUNTS):
    return ClassText(classes, pack(words, counts))


def build(**options):
    torch.manual_seed(0)
    model = SpatioTemporalInteraction(D, **options)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


OPTIONS = [
    dict(spatial=spatial, temporal=temporal)
    for spatial, temporal in itertools.product((False, True), repeat=2)
] + [
    dict(similarity='dot'),
    dict(query='raw'),
    dict(renormalise=False),
    dict(tau=0.5),
    # The preset `bike`.
    dict(spatial=False, query='raw', renormalise=False),
]


@pytest.mark.parametrize('options', OPTIONS, ids=str)
def test_equals_the_equations(tokens, options):
    frames, patches, words, classes = tokens
    model = build(**options)
    with torch.no_grad():
        found = model(frames, patches, pack_text(words, classes))
    identity = torch.eye(D)
    matrices = [
        identity if projection is None else projection.weight.T
        for projection in (model.patch_projection, model.word_projection)
    ]
    parts = words.split(COUNTS)
    expected = [
        [
            pair_score(
                frames[b],
                patches[b],
                parts[c],
                classes[c],
                *(m.detach() for m in matrices),
                **options,
            ).item()
            for c in range(len(COUNTS))
        ]
        for b in range(B)
    ]
    torch.testing.assert_close(
        found, torch.tensor(expected), rtol=0, atol=1e-5
    )


def test_one_frame_is_plain_cosine(tokens):
    frames, patches, words, classes = tokens
    scores = build()(frames[:, :1], patches[:, :1], pack_text(words, classes))
    expected = torch.cosine_similarity(frames[:, :1], classes, dim=-1)
    torch.testing.assert_close(scores, expected, rtol=0, atol=1e-6)


def test_weights_sum_to_one_over_frames(tokens):
    frames, patches, words, _ = tokens
    for options in OPTIONS[:4]:
        found = build(**options).saliency(frames, patches, pack(words))
        torch.testing.assert_close(
            found.weights.sum(dim=-1), torch.ones(B, len(COUNTS))
        )


def test_spatial_scores_of_directions_lie_between_zero_and_one(tokens):
    frames, patches, words, _ = tokens
    found = build().saliency(frames, patches, pack(words))
    assert found.spatial.min() >= 0 and found.spatial.max() <= 1 + 1e-6


def test_spatial_weights_are_relative(tokens):
    """Scaling S_sp changes no score of the spatial interaction."""
    weights = torch.rand(2, 3, 5)
    torch.testing.assert_close(
        relative_weights(weights), relative_weights(7 * weights)
    )


def test_classes_may_change_their_order(tokens):
    frames, patches, words, classes = tokens
    model = build()
    order = [2, 0, 3, 1]
    parts = words.split(COUNTS)
    shuffled = pack_text(
        torch.cat([parts[c] for c in order]),
        classes[order],
        [COUNTS[c] for c in order],
    )
    torch.testing.assert_close(
        model(frames, patches, shuffled),
        model(frames, patches, pack_text(words, classes))[:, order],
        rtol=0,
        atol=1e-6,
    )


@pytest.mark.parametrize('temporal', [False, True])
def test_dead_projection_is_harmless(tokens, temporal):
    """All frames count alike, and gradients stay finite."""
    frames, patches, words, classes = tokens
    model = build(temporal=temporal)
    torch.nn.init.constant_(model.patch_projection.weight, 0)
    found = model.saliency(
        torch.nn.functional.normalize(frames, dim=-1), patches, pack(words)
    )
    torch.testing.assert_close(
        found.weights, torch.full((B, len(COUNTS), T), 1 / T)
    )
    model(frames, patches, pack_text(words, classes)).sum().backward()
    for parameter in model.parameters():
        assert parameter.grad.isfinite().all()


def test_starts_in_the_space_of_clip():
    model = SpatioTemporalInteraction(D)
    for projection in (model.patch_projection, model.word_projection):
        torch.testing.assert_close(projection.weight, torch.eye(D))
        assert projection.bias is None
    other = SpatioTemporalInteraction(D, init='normal')
    assert other.patch_projection.weight.std().item() == pytest.approx(
        0.02, rel=0.2
    )


def test_unknown_option():
    with pytest.raises(
        ValueError, match=r"similarity must be one of .*'cosi'"
    ):
        SpatioTemporalInteraction(D, similarity='cosi')


@pytest.mark.parametrize('similarity', ['cos', 'dot'])
@torch.no_grad()
def test_heat_of_patches_equals_the_loop(tokens, similarity):
    """Whose hottest patch is what Eq. (7) finds."""
    frames, patches, words, _ = tokens
    model = build(similarity=similarity)
    own = words.split(COUNTS)[1]
    found = model.patch_heat(patches[0], own)
    asked = projected(own, model.word_projection.weight.T, similarity)
    for t, n in itertools.product(range(T), range(N)):
        token = projected(
            patches[0, t, n], model.patch_projection.weight.T, similarity
        )
        best = max(float(token @ word) for word in asked)
        assert found[t, n].item() == pytest.approx(best, abs=1e-5)
    saliency = model.saliency(frames, patches, pack(words))
    torch.testing.assert_close(found.amax(dim=1), saliency.spatial[0, 1])


def test_no_heat_without_the_spatial_interaction(tokens):
    with pytest.raises(ValueError, match='there is no map to show'):
        build(spatial=False).patch_heat(tokens[1][0], tokens[2])


@torch.no_grad()
def test_words_are_projected_once_per_weights(tokens, monkeypatch):
    """Other words or other weights are other projections."""
    frames, patches, words, classes = tokens
    model = build().eval()
    calls = []
    project = model.project
    monkeypatch.setattr(
        model, 'project', lambda x, m: calls.append(m) or project(x, m)
    )
    text = pack_text(words, classes)
    first = model(frames, patches, text)
    assert torch.equal(model(frames, patches, text), first)
    assert calls.count(model.word_projection) == 1
    model.word_projection.weight.mul_(-1)
    model.eval()
    assert not torch.equal(model(frames, patches, text), first)
    model(frames, patches, pack_text(words.clone(), classes))
    assert calls.count(model.word_projection) == 3


@torch.no_grad()
def test_projected_words_are_never_older_than_the_weights(tokens):
    """Neither after loading, nor after training, nor while training."""
    frames, patches, words, classes = tokens
    text = pack_text(words, classes)
    model = build().eval()
    first = model(frames, patches, text)
    state = {name: -value for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    loaded = model(frames, patches, text)
    fresh = build()
    fresh.load_state_dict(state)
    assert torch.equal(loaded, fresh(frames, patches, text))
    assert not torch.equal(loaded, first)
    model.train()
    model.word_projection.weight.mul_(-1)
    model.patch_projection.weight.mul_(-1)
    assert torch.equal(model(frames, patches, text), first)
    assert torch.equal(model.eval()(frames, patches, text), first)


def test_autocast_has_words_of_its_own(tokens):
    frames, patches, words, classes = tokens
    text = pack_text(words, classes)
    model = build().eval()
    with torch.inference_mode():
        exact = model(frames, patches, text)
        with torch.autocast('cpu', torch.bfloat16):
            rounded = model(frames, patches, text)
        assert torch.equal(model(frames, patches, text), exact)
    assert not torch.equal(rounded, exact)


def test_cosine_of_frames_that_nearly_cancel():
    """Their mean is short, and its direction counts all the same."""
    generator = torch.Generator().manual_seed(0)
    first, second, own = torch.randn(3, D, generator=generator).double()
    frames = torch.stack([first, 1e-4 * second - first])[None]
    weights = torch.full((1, 1, 2), 0.5).double()
    own = own / own.norm()
    found = weighted_cosine(frames, weights, own[None])
    expected = (second @ own) / second.norm()
    assert found.item() == pytest.approx(expected.item(), abs=1e-5)
    nothing = torch.stack([first, -first])[None]
    assert weighted_cosine(nothing, weights, own[None]).item() == 0
