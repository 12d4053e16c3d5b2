"""Merging: which tokens become one, against lists and loops."""

import pytest
import torch

from stclip.models.tc_clip.token_merging import (
    assign_groups,
    mean_of_groups,
    merge_counts,
)


@pytest.mark.parametrize(
    'frames, left',
    [
        (16, [828, 728, 628, 528, 428, 328, 228, 128, 96]),
        (8, [364, 264, 164, 96]),
        (4, [132, 96]),
        (2, [96]),
        (1, []),
    ],
)
def test_rounds_of_the_release(frames, left):
    """58 seeds of a frame, to 96 tokens."""
    tokens, found = 58 * frames, []
    for count in merge_counts(tokens, 96, 100):
        tokens -= count
        found.append(tokens)
    assert found == left


def test_no_more_than_half_is_merged_at_once():
    assert [*merge_counts(21, 1, 100)] == [10, 5, 3, 1, 1]
    assert [*merge_counts(21, 1, 8)] == [8, 6, 3, 2, 1]


def merged(tokens, wanted, step):
    """Of one video: (mean, size, members) of each token that is left."""
    rows = [(row, 1, [place]) for place, row in enumerate(tokens)]
    for count in merge_counts(len(rows), wanted, step):
        even, odd = rows[::2], rows[1::2]
        best = []
        for row, _, _ in even:
            cosines = [
                (torch.dot(row, other) / row.norm() / other.norm()).item()
                for other, _, _ in odd
            ]
            best.append((max(cosines), cosines.index(max(cosines))))
        order = sorted(range(len(even)), key=lambda i: -best[i][0])
        for place in order[:count]:
            x, size, members = even[place]
            y, other_size, others = odd[best[place][1]]
            total = size + other_size
            odd[best[place][1]] = (
                (size * x + other_size * y) / total,
                total,
                others + members,
            )
        rows = [even[place] for place in order[count:]] + odd
    return rows


@pytest.mark.parametrize(
    'number, wanted, step', [(22, 6, 5), (21, 4, 100), (9, 8, 3), (5, 7, 3)]
)
def test_merging_is_its_definition(number, wanted, step):
    torch.manual_seed(0)
    tokens = torch.randn(3, number, 16, dtype=torch.float64)
    groups = assign_groups(tokens, wanted, step)
    num_groups = min(number, wanted)
    found = mean_of_groups(tokens, groups, num_groups)
    for video, own, means in zip(tokens, groups, found, strict=True):
        expected = merged(video, wanted, step)
        assert len(expected) == num_groups
        for group, (mean, _, members) in enumerate(expected):
            assert own.eq(group).nonzero()[:, 0].tolist() == sorted(members)
            torch.testing.assert_close(means[group], mean)


def test_context_is_a_mean_with_a_gradient():
    """Each token is in one group, and counts there as much as the others."""
    torch.manual_seed(0)
    tokens = torch.randn(2, 20, 8, requires_grad=True)
    groups = assign_groups(tokens, 5, 6)
    assert not groups.requires_grad
    mean_of_groups(tokens, groups, 5).sum().backward()
    for own, gradient in zip(groups, tokens.grad, strict=True):
        sizes = own.bincount(minlength=5)
        assert sizes.sum() == 20 and sizes.min() > 0
        expected = (1 / sizes[own]).expand(8, -1).T
        torch.testing.assert_close(gradient, expected)
