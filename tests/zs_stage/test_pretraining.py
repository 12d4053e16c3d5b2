"""Shards of stills, batches with captions, the loss, the accuracy."""

import json

import numpy as np
import pytest
import torch

from stclip.zs_stage import pretraining
from stclip.zs_stage.pictures import (
    Doing,
    Picture,
    SeenGarment,
    SeenPerson,
    SeenThing,
    mirrored,
)
from stclip.zs_stage.pretraining import (
    STILL_SIZE,
    StillCollection,
    augment,
    caption_batch,
    contrastive_loss,
    render_shard,
    zero_shot_accuracy,
)
from stclip.zs_stage.stills import take_stills

NUM_SCENES = 3


@pytest.fixture(scope='module')
def shards(tmp_path_factory):
    folder = tmp_path_factory.mktemp('stills')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretraining, 'SHARD_SCENES', NUM_SCENES)
        return [render_shard(folder, number, seed=7) for number in (0, 1)]


@pytest.fixture(scope='module')
def collection(shards):
    return StillCollection(shards)


def rendered(number):
    """[(picture, still)] of a shard, drawn anew."""
    rngs = (np.random.default_rng([7, number, k]) for k in range(NUM_SCENES))
    return [entry for rng in rngs for entry in take_stills(rng, STILL_SIZE)]


def test_collection_holds_all_shards_in_order(collection):
    expected = rendered(0) + rendered(1)
    assert len(collection) == len(expected)
    assert collection.shown == [shown for _, shown in expected]
    wholes = [len(take_stills(np.random.default_rng([7, n, k]), STILL_SIZE))
              for n in (0, 1) for k in range(NUM_SCENES)]  # fmt: skip
    kinds = [number > 0 for count in wholes for number in range(count)]
    assert collection.close.tolist() == kinds
    pictures = np.stack([picture for picture, _ in expected])
    everything = np.arange(len(expected))
    np.testing.assert_array_equal(collection.pictures(everything), pictures)
    some = np.array([len(expected) - 1, 0, 3])
    np.testing.assert_array_equal(collection.pictures(some), pictures[some])


@pytest.mark.parametrize('share', [0.0, 0.35, 1.0])
def test_share_of_close_ups(collection, share):
    """As asked for, and every still of either kind is drawn."""
    rng = np.random.default_rng(3)
    drawn = np.concatenate(
        [collection.sample(40, share, rng) for _ in range(100)]
    )
    close = collection.close[drawn]
    assert close.mean() == pytest.approx(share, abs=0.02)
    wanted = {
        index
        for index, close in enumerate(collection.close)
        if share == 0.35 or close == bool(share)
    }
    assert set(drawn.tolist()) == wanted


def test_most_batches_are_of_one_place(collection):
    """All of one, in three of four; each place with stills of both kinds."""
    alone, places = [], set()
    for seed in range(300):
        rng = np.random.default_rng(seed)
        drawn = collection.sample(16, 0.5, rng)
        found = {collection.shown[i].place for i in drawn}
        alone.append(len(found) == 1)
        if alone[-1]:
            places |= found
    assert np.mean(alone) == pytest.approx(0.75, abs=0.07)
    assert places == set(collection.places) and len(places) > 1


def test_finished_shard_is_kept(shards, monkeypatch):
    def refuse(*arguments):
        raise AssertionError('rendered again')

    files = [shards[0], shards[0].with_suffix('.npy')]
    before = [file.stat().st_mtime_ns for file in files]
    monkeypatch.setattr(pretraining, 'take_stills', refuse)
    assert render_shard(shards[0].parent, 0, seed=7) == shards[0]
    assert [file.stat().st_mtime_ns for file in files] == before


def test_unfinished_shard_is_rendered_again(shards, tmp_path, monkeypatch):
    """Pictures without their index were not wholly written."""
    monkeypatch.setattr(pretraining, 'SHARD_SCENES', NUM_SCENES)
    (tmp_path / '0001.npy').write_bytes(b'half')
    index = render_shard(tmp_path, 1, seed=7)
    assert index == tmp_path / '0001.json'
    for suffix in ('.json', '.npy'):
        new, old = (p.with_suffix(suffix) for p in (index, shards[1]))
        assert new.read_bytes() == old.read_bytes()
    assert json.loads(index.read_text()) != json.loads(shards[0].read_text())


def pictures_of_places(side):
    """Red and green say where a pixel was, blue which picture it is of."""
    y, x = np.mgrid[:side, :side]
    return np.stack(
        [np.stack([y, x, np.full_like(y, 100 + k)], -1) for k in range(40)]
    ).astype(np.uint8)


def test_augment_cuts_mirrors_and_exposes(monkeypatch):
    """Every pixel, undone by hand from the values at the corners."""
    monkeypatch.setattr(pretraining, 'STILL_SIZE', 108)
    pictures, size = pictures_of_places(108), 96
    mirror = np.arange(40) % 3 == 0
    result = augment(pictures, mirror, size, np.random.default_rng(0))
    assert result.shape == (40, size, size, 3)
    corners = set()
    places = pictures.astype(float)
    for k, part in enumerate(result):
        # The last column of the part that says most of the gain: its blue.
        gain = (float(part[:, :, 2].max()) + 0.5) / (100 + k)
        assert 0.74 < gain < 1.21
        assert (part[0, 0, 1] > part[0, -1, 1]) == mirror[k]
        straight = part[:, ::-1] if mirror[k] else part
        # The gain is known to half a grey level: the corner is one of nine.
        y, x = np.round(straight[0, 0, :2] / gain).astype(int)
        gaps = {}
        for top in range(max(y - 1, 0), min(y + 2, 13)):
            for left in range(max(x - 1, 0), min(x + 2, 13)):
                cut = places[k, top : top + size, left : left + size]
                gap = np.abs(straight - np.minimum(cut * gain, 255)).max()
                gaps[top, left] = gap
        corner = min(gaps, key=gaps.get)
        assert gaps[corner] < 2.1
        corners.add(corner)
    assert len(corners) > 25


def test_augment_is_repeatable_and_saturates():
    white = np.full((8, STILL_SIZE, STILL_SIZE, 3), 250, np.uint8)
    white[:, :, :, 1] = 100
    none = np.zeros(8, bool)
    one, same, other = (
        augment(white, none, 90, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    gains = one[:, 0, 0, 1] / 100.0
    expected = np.minimum(250 * gains, 255)
    assert np.abs(one[:, 0, 0, 0] - expected).max() < 3.5
    assert one[:, 0, 0, 0].max() == 255


SHIRT = (SeenGarment('shirt', 'red'),)


def lone(verb):
    person = SeenPerson('man', 'black', (), SHIRT, (Doing(verb),))
    return Picture('park', 'clear', 'plain', (person,))


class Album:
    """A collection without pictures."""

    def __init__(self, *shown):
        self.shown = list(shown)

    def __len__(self):
        return len(self.shown)


def captions_of(album, seed=0, mirror=False):
    chosen = np.arange(len(album))
    seen = np.full(len(album), mirror)
    return caption_batch(album, chosen, seen, np.random.default_rng(seed))


def test_only_equal_captions_are_masked(monkeypatch):
    """Two pictures that show the same, three that are said the same."""
    monkeypatch.setattr(pretraining, '_WRONG_CAPTIONS', 0.0)
    captions, same = captions_of(Album(lone('run'), lone('run')))
    assert captions[0] != captions[1] and not same.any()
    monkeypatch.setattr(pretraining, 'write_caption', lambda *_: 'a view')
    captions, same = captions_of(Album(*map(lone, ('run', 'jump', 'lie'))))
    assert captions == ['a view'] * 3
    assert same.tolist() == (~np.eye(3, dtype=bool)).tolist()


def test_some_captions_belong_to_other_pictures(monkeypatch):
    """A tenth, drawn from all."""
    monkeypatch.setattr(
        pretraining, 'write_caption', lambda shown, rng: shown.place
    )
    album = Album(*(Picture(f'{n}', 'clear', 'plain', ()) for n in range(30)))
    strange = [
        np.mean([place != f'{n}' for n, place in enumerate(captions)])
        for captions, _ in (captions_of(album, seed) for seed in range(40))
    ]
    assert np.mean(strange) == pytest.approx(0.1 * 29 / 30, abs=0.02)


def test_what_is_seen_in_a_mirror_is_said_so(monkeypatch):
    monkeypatch.setattr(pretraining, '_WRONG_CAPTIONS', 0.0)
    monkeypatch.setattr(
        pretraining, 'write_caption', lambda shown, rng: shown.things[0][1]
    )
    tree = SeenThing('tree')
    album = Album(
        *(
            Picture('park', 'clear', 'plain', (), ((tree, relation, 0),))
            for relation in ('left_of', 'right_of', 'behind')
        )
    )
    assert captions_of(album)[0] == ['left_of', 'right_of', 'behind']
    seen, _ = captions_of(album, mirror=True)
    assert seen == ['right_of', 'left_of', 'behind']
    assert mirrored(mirrored(album.shown[0])) == album.shown[0]


def test_batch_is_repeatable(collection):
    chosen = np.array([0, 2, 4, 2])
    mirror = np.array([True, False, True, False])
    batches = [
        caption_batch(collection, chosen, mirror, np.random.default_rng(seed))
        for seed in (3, 3, 4)
    ]
    assert batches[0][0] == batches[1][0]
    assert torch.equal(batches[0][1], batches[1][1])
    assert batches[0][0] != batches[2][0]


def unit(rows, generator):
    features = torch.randn(rows, 8, generator=generator, dtype=torch.double)
    return features / features.norm(dim=1, keepdim=True)


@pytest.fixture
def features():
    generator = torch.Generator().manual_seed(0)
    return unit(4, generator), unit(4, generator)


FITS = torch.tensor(
    [
        [False, True, False, False],
        [False, False, False, True],
        [False, False, False, False],
        [True, False, False, False],
    ]
)


def plain_loss(image, text, scale, fits):
    """Every picture picks its caption, every caption its picture."""
    total, number = 0.0, len(image)
    for i in range(number):
        for first, second, masked in (
            (image, text, fits[i]),
            (text, image, fits[:, i]),
        ):
            right, others = 0.0, 0.0
            for j in range(number):
                if masked[j]:
                    continue
                cosine = float((first[i] * second[j]).sum())
                others += np.exp(scale * cosine)
                if i == j:
                    right = np.exp(scale * cosine)
            total -= np.log(right / others)
    return total / (2 * number)


@pytest.mark.parametrize('fits', [FITS, torch.zeros_like(FITS)])
@pytest.mark.parametrize('scale', [1.0, 20.0])
def test_loss_is_the_plain_one(features, fits, scale):
    image, text = features
    loss = contrastive_loss(image, text, torch.tensor(scale), fits)
    expected = plain_loss(image, text, scale, fits)
    assert float(loss) == pytest.approx(expected, rel=1e-9)


def test_masked_pairs_do_not_matter(features):
    """Picture 0 and caption 1: what they say of each other is ignored."""
    image, text = features
    fits = torch.zeros_like(FITS)
    fits[0, 1:] = True
    fits[:, 0] = torch.tensor([False, True, True, True])
    image.requires_grad_()
    contrastive_loss(image, text, torch.tensor(5.0), fits).backward()
    # All other captions are masked for picture 0: it has nothing to learn.
    assert image.grad[0].abs().max() < 1e-12
    assert image.grad[1].abs().max() > 1e-3


def test_gradient_is_that_of_the_plain_loss(features):
    """Of features and scale, by differences."""
    image, text = features
    scale = torch.tensor(4.0, dtype=torch.double)
    inputs = [image, text, scale]
    for tensor in inputs:
        tensor.requires_grad_()
    contrastive_loss(*inputs, FITS).backward()
    step = 1e-6
    for tensor in inputs:
        flat = tensor.detach().view(-1)
        for index in range(0, flat.numel(), 5):
            values = []
            for sign in (1, -1):
                flat[index] += sign * step
                arguments = [t.detach() for t in (image, text)]
                now = float(scale.detach())
                values.append(plain_loss(*arguments, now, FITS))
                flat[index] -= sign * step
            expected = (values[0] - values[1]) / (2 * step)
            found = float(tensor.grad.view(-1)[index])
            assert found == pytest.approx(expected, abs=1e-6)


def test_zero_shot_accuracy():
    """Pictures at angles, names at 0 and 90 degrees."""
    angles = np.deg2rad([10, 80, 30, 60, 100])
    image = torch.tensor(np.stack([np.cos(angles), np.sin(angles)], 1))
    text = torch.eye(2, dtype=torch.double)
    labels = np.array([0, 1, 1, 1, 0])
    assert zero_shot_accuracy(image, text, labels) == pytest.approx(3 / 5)
    assert zero_shot_accuracy(image, text, 1 - labels) == pytest.approx(2 / 5)
