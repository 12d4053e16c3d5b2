"""Samples of a keyframe stay together, whatever the number of processes."""

import numpy as np
import pytest

from stclip.registry import DATA_SAMPLERS


class _Keyframes(list):
    """Samples of keyframes, and how many each has."""

    box_sources = ('detected', 'ground_truth')


def dealt_out(dataset, ranks, monkeypatch, **options):
    """Indices that each process tests."""
    found = []
    for rank in range(ranks):
        monkeypatch.setattr(
            'mmengine.dataset.sampler.get_dist_info',
            lambda rank=rank: (rank, ranks),
        )
        sampler = DATA_SAMPLERS.build(
            dict(type='KeyframeSampler', dataset=dataset, seed=0, **options)
        )
        found.append([*sampler])
        assert len(sampler) == len(found[-1])
    return found


@pytest.mark.parametrize('keyframes', [1, 2, 5, 12, 13])
@pytest.mark.parametrize('ranks', [1, 2, 3])
def test_keyframes_stay_whole(keyframes, ranks, monkeypatch):
    number = 2 * keyframes
    found = dealt_out(
        _Keyframes(range(number)), ranks, monkeypatch, shuffle=False
    )
    (length,) = {len(own) for own in found}
    assert length == -(-number // ranks)
    even = 2 * (keyframes // ranks)
    for rank, own in enumerate(found):
        pairs = np.array(own[:even]).reshape(-1, 2)
        assert (pairs[:, 0] % 2 == 0).all()
        assert (pairs[:, 1] == pairs[:, 0] + 1).all()
        assert (pairs[:, 0] // 2 % ranks == rank).all()
    # As mmengine puts results together, and cuts them to the data set.
    together = [index for each in zip(*found, strict=True) for index in each]
    whole = np.array(together[:number])
    assert sorted(whole) == [*range(number)]
    for source in (0, 1):
        own = whole[whole % 2 == source]
        assert (np.diff(own) > 0).all()


def test_without_sources_as_mmengine_s(monkeypatch):
    found = dealt_out([*range(7)], 2, monkeypatch, shuffle=False)
    assert found == [[0, 2, 4, 6], [1, 3, 5, 0]]


def test_shuffled(monkeypatch):
    found = dealt_out(_Keyframes(range(8)), 2, monkeypatch, shuffle=True)
    assert sorted(found[0] + found[1]) == [*range(8)]
    assert found != dealt_out(
        _Keyframes(range(8)), 2, monkeypatch, shuffle=False
    )
