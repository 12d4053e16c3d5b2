"""Matching and losses against all permutations and plain loops."""

from itertools import permutations

import pytest
import torch

from stclip.models.openmixer.boxes import from_corners, generalised_iou
from stclip.models.openmixer.losses import SetLoss, Targets
from stclip.models.openmixer.stage import Found

QUERIES, LABELS = 4, 3


def boxes(count):
    low = torch.rand(count, 2) * 40
    return torch.cat([low, low + 5 + torch.rand(count, 2) * 30], dim=-1)


def case(counts, seed=0):
    torch.manual_seed(seed)
    answers = [
        Found(
            torch.randn(len(counts), QUERIES, 2),
            from_corners(boxes(len(counts) * QUERIES)).view(-1, QUERIES, 4),
            torch.randn(len(counts), QUERIES, LABELS),
            None,
            None,
        )
        for _ in range(2)
    ]
    total = sum(counts)
    shown = torch.eye(LABELS)[torch.randint(LABELS, (total,))]
    sizes = torch.tensor([[64.0, 48.0, 64.0, 48.0]]).repeat(total, 1)
    return answers, Targets(boxes(total), shown, counts, sizes)


def cost(loss, found, targets, clip, query, person):
    box, true = found.corners[clip, query], targets.corners[person]
    prob = found.objectness[clip, query].softmax(0)[0]
    distance = ((box - true).abs() / targets.sizes[person]).sum()
    return (
        loss.box * distance
        + loss.giou * -generalised_iou(box, true)
        - loss.person * prob
    )


def best(loss, found, targets):
    """Pairs of clip, query, person of the cheapest of all assignments."""
    pairs, start = set(), 0
    for clip, count in enumerate(targets.counts):
        persons = range(start, start + count)
        start += count
        choices = []
        few = min(count, QUERIES)
        for queries in permutations(range(QUERIES), few):
            for chosen in permutations(persons, few):
                if list(chosen) == sorted(chosen):
                    choice = list(zip(queries, chosen, strict=True))
                    total = sum(
                        cost(loss, found, targets, clip, *pair)
                        for pair in choice
                    )
                    choices.append((total.item() if few else 0, choice))
        pairs |= {(clip, *pair) for pair in min(choices)[1]}
    return pairs


@pytest.mark.parametrize('counts', [(2, 1), (0, 3), (4, 2), (5, 0)])
def test_matches_are_the_cheapest(counts):
    answers, targets = case(counts)
    loss = SetLoss(person=1.0, box=3.0, giou=2.0)
    for found, match in zip(
        answers, loss.match(answers, targets), strict=True
    ):
        pairs = set(zip(*(each.tolist() for each in match), strict=True))
        assert pairs == best(loss, found, targets)


def test_losses_one_by_one():
    answers, targets = case((2, 1))
    loss = SetLoss(person=1.5, box=3.0, giou=2.5, action=7.0, background=0.2)
    found = loss(answers, targets)
    for stage, ending in enumerate(('_0', '')):
        answer = answers[stage]
        pairs = best(loss, answer, targets)
        persons = {(clip, query) for clip, query, _ in pairs}
        total, weights = 0, 0
        for clip in range(2):
            for query in range(QUERIES):
                is_person = (clip, query) in persons
                weight = 1.0 if is_person else 0.2
                logits = answer.objectness[clip, query].log_softmax(0)
                total -= weight * logits[0 if is_person else 1]
                weights += weight
        expected = dict(person=1.5 * total / weights, box=0, giou=0, action=0)
        for clip, query, person in pairs:
            box, true = answer.corners[clip, query], targets.corners[person]
            part = ((box - true) / targets.sizes[person]).abs().sum()
            expected['box'] += 3.0 * part / 3
            expected['giou'] += 2.5 * (1 - generalised_iou(box, true)) / 3
            logits = answer.actions[clip, query].log_softmax(0)
            action = targets.actions[person].argmax()
            expected['action'] -= 7.0 * logits[action] / 3
        for name, value in expected.items():
            torch.testing.assert_close(found[f'loss_{name}{ending}'], value)
    assert len(found) == 8


def test_the_same_action_twice_and_no_action():
    """Several persons of one action count as such; unlabelled ones do not."""
    answers, targets = case((3, 0))
    shown = torch.tensor([[0.0, 1, 0], [0, 1, 0], [0, 0, 0]])
    targets = Targets(targets.corners, shown, (3, 0), targets.sizes)
    loss = SetLoss()
    clip, query, person = loss.match(answers, targets)[-1]
    rows = answers[-1].actions[clip, query].log_softmax(-1)
    expected = -48 * rows[person < 2, 1].mean()
    torch.testing.assert_close(loss(answers, targets)['loss_action'], expected)


def test_nobody_is_all_background():
    answers, targets = case((0, 0))
    losses = SetLoss()(answers, targets)
    expected = -2 * answers[-1].objectness.log_softmax(-1)[..., 1].mean()
    torch.testing.assert_close(losses['loss_person'], expected)
    for name in ('box', 'giou', 'action'):
        assert losses[f'loss_{name}'] == 0


def test_what_is_not_finite_is_told_by_the_losses():
    answers, targets = case((2, 1))
    answers[0].objectness[0, 0] = float('nan')
    assert SetLoss()(answers, targets)['loss_person_0'].isnan()
