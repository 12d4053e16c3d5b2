"""OVAD's figures against a slow reference, and what must hold of them."""

from dataclasses import replace

import numpy as np
import pytest
from ovad_loop import ovad_loop

from stclip.evaluation.functional import tube_matches
from stclip.evaluation.functional.open_vocabulary import (
    MEASURES,
    SCORED,
    OpenVocabularyRun,
    part_means,
)
from stclip.evaluation.functional.tube_matches import (
    ScoredVideo,
    released_truth,
)
from stclip.structures.tubes import Tube

NAMES = ('catch', 'jump', 'pour', 'run', 'sit')
BASE = ('run', 'catch')


def moving(rng, frames):
    """A box of a person that walks, on each frame."""
    corner = rng.uniform(0, 120, 2) + rng.uniform(-1, 1, 2) * frames[:, None]
    return np.concatenate([corner, corner + rng.uniform(40, 90, 2)], axis=1)


def random_video(rng, name, action, step, persons=3):
    """Persons with spans of their own; boxes lost, found twice, displaced."""
    annotated = []
    for _ in range(rng.integers(1, persons + 1)):
        frames = np.arange(rng.integers(0, 12), rng.integers(20, 45))
        annotated.append(Tube(frames, moving(rng, frames), action=action))
    rows = [
        (frame, box + rng.normal(0, 6, 4) * [1, 1, 0, 0])
        for tube in annotated
        for frame, box in zip(
            tube.frames[::step].tolist(), tube.boxes[::step], strict=True
        )
        for _ in range(rng.choice([0, 1, 2], p=[0.1, 0.8, 0.1]))
    ]
    rows.sort(key=lambda row: row[0])
    logits = rng.normal(0, 1, (len(rows), len(NAMES)))
    logits[:, NAMES.index(action)] += 0.7
    return ScoredVideo(
        name,
        action,
        annotated,
        np.array([frame for frame, _ in rows], int),
        np.array([box for _, box in rows]).reshape(-1, 4),
        logits,
    )


def random_run(seed, step=1, iou_thr=0.5, persons=3):
    rng = np.random.default_rng(seed)
    videos = [
        random_video(rng, f'v{n}', NAMES[n % len(NAMES)], step, persons)
        for n in range(15)
    ]
    return OpenVocabularyRun(NAMES, BASE, videos, iou_thr, step)


def perfect(persons=1, step=1):
    """Annotated boxes, in the order of the file, and annotated actions."""
    run = random_run(7, step, persons=persons)
    videos = []
    for video in run.videos:
        rows = sorted(
            (
                (frame, *box)
                for tube in video.annotated
                for frame, box in zip(
                    tube.frames[::step], tube.boxes[::step], strict=True
                )
            ),
            key=lambda row: row[0],
        )
        table = np.array(rows)
        logits = np.zeros((len(rows), len(NAMES)))
        logits[:, NAMES.index(video.action)] = 9
        frames = table[:, 0].astype(int)
        videos.append(
            replace(video, frames=frames, boxes=table[:, 1:], logits=logits)
        )
    return replace(run, videos=videos)


@pytest.mark.parametrize('scored', SCORED)
@pytest.mark.parametrize('step, thr', [(1, 0.5), (5, 0.2), (5, 0.5), (2, 0.3)])
@pytest.mark.parametrize('seed', range(3))
def test_equals_the_loop(seed, step, thr, scored):
    run = random_run(seed, step, thr)
    found, expected = run.evaluate(scored), ovad_loop(run, scored)
    for measure in MEASURES:
        np.testing.assert_allclose(
            found[measure], expected[measure], rtol=0, atol=1e-12
        )


def test_tubes_are_linked_and_scored_once(monkeypatch):
    """Once for both spans; scores once for each set of actions."""
    calls = []

    def counting(owner, name):
        original = getattr(owner, name)

        def counted(*args):
            calls.append(name)
            return original(*args)

        monkeypatch.setattr(owner, name, counted)

    counting(tube_matches, 'filled')
    counting(OpenVocabularyRun, 'tube_scores')
    run = random_run(0)
    for scored in SCORED:
        run.evaluate(scored)
    assert calls.count('filled') == sum(run.num_tubes().values())
    assert calls.count('tube_scores') == 3  # base, novel, all


def test_the_loop_sees_every_rule():
    """Spans, parts and rebuilt tubes move figures of these runs."""
    runs = [random_run(seed, 5, 0.5) for seed in range(3)]
    own = [run.evaluate('own_part') for run in runs]
    harder = [run.evaluate('all_classes') for run in runs]
    assert any((a['video'] != a['video_released']).any() for a in own)
    for measure in MEASURES:
        pairs = zip(own, harder, strict=True)
        assert any((a[measure] != b[measure]).any() for a, b in pairs)


@pytest.mark.parametrize('scored', SCORED)
def test_annotated_boxes_and_actions_are_perfect(scored):
    """One person a video."""
    found = perfect().evaluate(scored)
    for measure in MEASURES:
        np.testing.assert_allclose(found[measure], 1)


def test_two_persons_in_another_order_swap_their_tubes():
    """Perfect boxes, and yet tubes that jump to and fro find nobody."""
    run = replace(perfect(), iou_thr=0.7)
    frames = np.arange(10)
    boxes = np.array([[0.0, 0, 40, 80], [200, 0, 240, 80]])
    annotated = [
        Tube(frames, np.tile(box, (10, 1)), action='run') for box in boxes
    ]

    def video(order):
        rows = boxes[order].reshape(-1, 4)
        logits = np.tile([0, 0, 0, 9.0, 0], (20, 1))
        return ScoredVideo(
            'two', 'run', annotated, frames.repeat(2), rows, logits
        )

    straight = video(np.tile([0, 1], (10, 1)))
    swapped = video(np.array([[0, 1], [1, 0]] * 5))
    of_run = NAMES.index('run')
    for each, expected in ((straight, 1), (swapped, 0)):
        videos = [*(v for v in run.videos if v.action != 'run'), each]
        found = replace(run, videos=videos).evaluate('own_part')
        assert found['video'][of_run] == expected
        assert found['video_released'][of_run] == expected
        assert found['frame'][of_run] == 1


def test_rebuilt_tubes_pass_from_one_person_to_the_other():
    """Where the first leaves, its tube goes on with the second's boxes."""
    first, second = np.arange(0, 10), np.arange(5, 20)
    tubes = [
        Tube(first, np.tile([0.0, 0.4, 10, 10], (10, 1)), action='run'),
        Tube(second, np.tile([90.0, 0.6, 99, 10], (15, 1)), action='run'),
    ]
    assert released_truth(tubes, 1) == tubes
    found = released_truth(tubes, 5)
    spans = [(tube.frames[0], tube.frames[-1]) for tube in found]
    assert spans == [(5, 9), (0, 19)]
    assert found[1].boxes[:, 0].tolist() == [0.0] * 10 + [90.0] * 10
    # Corners are integers.
    assert {*found[1].boxes[:, 1]} == {0.0, 1.0}


def test_a_novel_video_gets_no_base_label():
    """What base logits say of novel videos moves nothing, if parts compete."""
    run = random_run(1)
    of_base = np.isin(NAMES, BASE)
    loud = [
        replace(v, logits=v.logits + 50 * of_base)
        if v.action not in BASE
        else v
        for v in run.videos
    ]
    changed = replace(run, videos=loud)
    for measure, expected in run.evaluate('own_part').items():
        found = changed.evaluate('own_part')[measure]
        np.testing.assert_allclose(found, expected, atol=1e-12)
    quiet, drowned = (
        part_means(r.evaluate('all_classes')['video'], r.is_base)
        for r in (run, changed)
    )
    assert drowned['base'] < quiet['base']


def test_probabilities_of_a_part_sum_to_one():
    run = random_run(2)
    for part in (run.is_base, ~run.is_base):
        scores = run.tube_scores(np.flatnonzero(part))
        np.testing.assert_allclose(scores.sum(axis=1), 1)


def test_mean_weighs_parts_by_their_actions():
    values = np.array([0.1, 0.2, 0.6, np.nan, 1.0])
    is_base = np.array([True, True, True, False, False])
    means = part_means(values, is_base)
    assert means['base'] == pytest.approx(0.3)
    assert means['novel'] == 1
    # Over actions, of which base has three and novel, with a video, one.
    assert means['mean'] == pytest.approx((3 * 0.3 + 1) / 4)


def test_actions_and_parts_without_video():
    run = random_run(3)
    only_run = [video for video in run.videos if video.action == 'run']
    found = replace(run, videos=only_run).evaluate('own_part')
    for values in found.values():
        assert np.isfinite(values).tolist() == [n == 'run' for n in NAMES]
    assert np.isnan(part_means(found['video'], run.is_base)['novel'])


def test_nobody_found():
    run = random_run(4)
    none = [
        replace(v, frames=v.frames[:0], boxes=v.boxes[:0], logits=v.logits[:0])
        for v in run.videos
    ]
    run = replace(run, videos=none)
    assert run.num_tubes() == dict(base=0, novel=0)
    for scored in SCORED:
        for values in run.evaluate(scored).values():
            np.testing.assert_array_equal(values, 0)


@pytest.mark.parametrize('base', [(), NAMES])
def test_both_parts_are_needed(base):
    with pytest.raises(ValueError, match=f'base names {len(base)} of 5'):
        replace(random_run(0), base=base)


def test_an_unknown_action_is_named():
    with pytest.raises(ValueError, match="'v0' shows 'catch', which is not"):
        OpenVocabularyRun(NAMES[1:], ('run',), random_run(0).videos)
