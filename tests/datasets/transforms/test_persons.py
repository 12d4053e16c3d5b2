import numpy as np
import pytest

from stclip.datasets.transforms import (
    CropPersons,
    CropTubes,
    LimitPersons,
    clip_resize,
    crop_box,
)

IMAGE = np.arange(20 * 30 * 3, dtype=np.uint32).reshape(20, 30, 3)


@pytest.mark.parametrize('box, rows, columns', [
    ([3, 4, 10, 12], (4, 12), (3, 10)),
    # To whole pixels, halves to even, no margin.
    ([2.5, 3.5, 9.6, 12.4], (4, 12), (2, 10)),
    # Within the image.
    ([-5, -1, 99, 7], (0, 7), (0, 30)),
    # Never nothing: the pixel next to it.
    ([5.1, 6, 5.3, 9], (6, 9), (5, 6)),
    ([30, 20, 30, 20], (19, 20), (29, 30)),
    ([-9, 5, -2, 8], (5, 8), (0, 1)),
])  # fmt: skip
def test_crop_box(box, rows, columns):
    expected = IMAGE[slice(*rows), slice(*columns)]
    np.testing.assert_array_equal(crop_box(IMAGE, box), expected)


def results(image, boxes, shape=None):
    return dict(
        image=image,
        img_shape=shape or image.shape[:2],
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
    )


def test_crops_are_in_the_order_of_the_boxes():
    image = IMAGE.astype(np.uint8)
    boxes = [[3, 4, 10, 12], [0, 0, 30, 20]]
    crops = CropPersons(16)(results(image, boxes))['crops']
    for crop, (x1, y1, x2, y2) in zip(crops, boxes, strict=True):
        expected = clip_resize(image[y1:y2, x1:x2], 16)
        np.testing.assert_array_equal(crop, expected)


def test_no_person_no_crop():
    found = CropPersons(16)(results(IMAGE.astype(np.uint8), []))
    assert found['crops'].shape == (0, 3, 16, 16)


def test_boxes_follow_a_reencoded_video():
    """Annotated at 320 x 240, found at 340 x 256: UCF's demo clips."""
    generator = np.random.default_rng(0)
    image = generator.integers(0, 256, (256, 340, 3), dtype=np.uint8)
    found = CropPersons(16)(results(image, [[32, 60, 64, 120]], (240, 320)))
    expected = clip_resize(image[64:128, 34:68], 16)
    np.testing.assert_array_equal(found['crops'][0], expected)
    assert found['boxes'].tolist() == [[32, 60, 64, 120]]


def many(number):
    numbers = np.arange(number, dtype=np.float32)
    return dict(
        boxes=np.repeat(numbers[:, None], 4, axis=1),
        box_scores=numbers,
        box_labels=numbers[:, None],
    )


def test_limit_keeps_rows_together_and_in_order():
    kept = LimitPersons(10)(many(25))
    rows = kept['box_scores']
    assert len(rows) == 10
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(kept['boxes'][:, 2], rows)
    np.testing.assert_array_equal(kept['box_labels'][:, 0], rows)


def test_limit_repeats_its_choice_with_the_seed_only():
    def choose(seed):
        np.random.seed(seed)
        return LimitPersons(10)(many(25))['box_scores'].tolist()

    assert choose(3) == choose(3)
    chosen = {person for seed in range(20) for person in choose(seed)}
    assert chosen == set(range(25))


def test_limit_leaves_few_persons_alone():
    before = np.random.get_state()[1].copy()
    kept = LimitPersons(10)(many(10))
    assert kept['box_scores'].tolist() == list(range(10))
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    'build, message',
    [
        (lambda: LimitPersons(0), 'must be positive'),
        (lambda: CropPersons(16, mode='fit'), "got 'fit'"),
    ],
)
def test_refuses(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_tubes_cut_the_same_place_out_of_every_frame():
    generator = np.random.default_rng(0)
    frames = generator.integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)

    class Source:
        def read(self, indices):
            return frames[np.array(indices) - 5]

    given = dict(results(frames[0], [[3, 4, 10, 12]]), source=Source())
    # The video ends after frame 6: it is repeated.
    found = CropTubes(16, num_frames=3)(dict(given, window=[5, 6]))
    assert found['crops'].shape == (1, 3, 3, 16, 16)
    for place, frame in enumerate((frames[0], frames[1], frames[1])):
        np.testing.assert_array_equal(
            found['crops'][0, place], clip_resize(frame[4:12, 3:10], 16)
        )


def test_tubes_of_nobody():
    frame = IMAGE.astype(np.uint8)
    source = type(
        'Source', (), dict(read=lambda self, i: frame[None][[0] * 3])
    )
    given = dict(results(frame, []), source=source(), window=[0, 1, 2])
    assert CropTubes(16, 3)(given)['crops'].shape == (0, 3, 3, 16, 16)
