"""Shards of stills, and batches of them with captions."""

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
    caption_batch,
    render_shard,
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
    """Stills of a shard, drawn anew."""
    rngs = (np.random.default_rng([7, number, k]) for k in range(NUM_SCENES))
    return [entry for rng in rngs for entry in take_stills(rng, STILL_SIZE)]


def test_collection_holds_all_shards_in_order(collection):
    expected = rendered(0) + rendered(1)
    assert len(collection) == len(expected)
    assert collection.shown == [still.shown for still in expected]
    wholes = [len(take_stills(np.random.default_rng([7, n, k]), STILL_SIZE))
              for n in (0, 1) for k in range(NUM_SCENES)]  # fmt: skip
    kinds = [number > 0 for count in wholes for number in range(count)]
    assert collection.close.tolist() == kinds
    pictures = np.stack([still.pixels for still in expected])
    everything = np.arange(len(expected))
    np.testing.assert_array_equal(collection.pictures(everything), pictures)
    some = np.array([len(expected) - 1, 0, 3])
    np.testing.assert_array_equal(collection.pictures(some), pictures[some])
    for index, points in zip(some, collection.sights(some), strict=True):
        np.testing.assert_array_equal(points, expected[index].sights)


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

    files = [shards[0].with_suffix(end) for end in ('.json', '.npy', '.npz')]
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
