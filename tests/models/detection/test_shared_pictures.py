"""Equal pictures are held once, and features as pictures are."""

import torch

from stclip.models.detection.shared_pictures import held_once


def test_equal_ones_are_held_once():
    pictures = torch.randint(0, 256, (3, 3, 4, 4), dtype=torch.uint8)
    given = pictures[[1, 0, 1, 2, 0]]
    found = held_once(given)
    assert torch.equal(found.distinct, pictures[[1, 0, 2]])
    assert torch.equal(found.each, given)
    assert held_once(pictures).rows is None


def test_features_are_compared_to_their_last_value():
    features = torch.ones(3, 8)
    features[1, -1] = 2
    found = held_once(features)
    assert torch.equal(found.distinct, features[:2])
    assert found.rows.tolist() == [0, 1, 0]
