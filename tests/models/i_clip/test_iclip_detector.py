"""iCLIP: keyframe by keyframe, its start, what is trained, its size."""

from dataclasses import replace

import pytest
import torch
from mmengine.dataset import pseudo_collate
from small_training import moved_by_a_step, num_trained
from tiny_model import ARCH, SIZE, make_keyframe
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.detection.person_layout import PersonLayout
from stclip.registry import MODELS

LABELS = LabelSpace(('sit', 'kick_ball', 'drink'))
FRAMES = 4


def build(train=True, **changes):
    torch.manual_seed(0)
    options = dict(
        type='ICLIP', clip=dict(arch=ARCH), memory_frames=FRAMES, slots={}
    )
    model = MODELS.build({**options, **changes})
    if train:
        for parameter in model.units.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
        model.prompting.alpha.data.fill_(1.0)
    return model.eval()


def keyframe(persons, objects, known, seed=0):
    """A packed keyframe with what is around it."""
    sample = make_keyframe(persons, 1, seed, LABELS)
    generator = torch.Generator().manual_seed(seed + 99)
    pictures = torch.randint(
        0, 256, (objects, 3, SIZE, SIZE), generator=generator
    )
    valid = torch.tensor(known)
    features = torch.randn(FRAMES, 64, generator=generator)
    sample['inputs'].update(
        objects=pictures.to(torch.uint8),
        memory=features * valid[:, None],
        memory_valid=valid,
    )
    return sample


SAMPLES = (
    (2, 0, [True, False, True, True]),
    (1, 2, [False] * 4),
    (3, 1, [True] * 4),
)


def samples():
    return [keyframe(*each, seed) for seed, each in enumerate(SAMPLES)]


def logits(model, given):
    data = model.data_preprocessor(pseudo_collate(given))
    return model(**data, mode='tensor')


@torch.no_grad()
def test_a_keyframe_knows_nothing_of_others():
    model = build()
    together = logits(model, samples())
    alone = torch.cat([logits(model, [sample]) for sample in samples()])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-4)
    # And what is around each one counts.
    for key, rows in (('objects', [2]), ('memory', [0, 1, 3, 4, 5])):
        changed = samples()
        for sample in changed:
            sample['inputs'][key] = sample['inputs'][key].flip(0).flip(-1)
        moved = (logits(model, changed) - together).abs().amax(dim=1)
        assert (moved[rows] > 1e-3).all(), key
        assert moved[:2].max() < 1e-4 or key == 'memory'


@torch.no_grad()
def test_interaction_unit_after_unit():
    """Each asks with what the last one left; text is prompted by one token."""
    model = build()
    data = model.data_preprocessor(pseudo_collate(samples()))
    batch, clip = data['inputs'], model.clip
    encode = clip.model.encode_image
    persons, frames = encode(batch.crops.each), encode(batch.keyframes.each)
    objects = encode(batch.objects.each)
    expected = []
    for row, (own, others) in enumerate(
        zip(persons.split([2, 1, 3]), objects.split([0, 2, 1]), strict=True)
    ):
        query = own
        for name, unit in model.units.items():
            seen = dict(P=query, O=others, H=frames[row : row + 1])
            if name[0] == 'M':
                query = unit(
                    query[None],
                    batch.memory[row : row + 1],
                    batch.memory_valid[row : row + 1],
                )[0]
            elif len(seen[name[0]]):
                query = unit(query[None], seen[name[0]][None])[0]
        expected.append((query + frames[row]) / 2)
    fused = torch.cat(expected)
    text = clip.encode_labels(LABELS.names)
    rows = []
    for person in fused:
        prompt = model.prompting(text[None], person[None, None])[0]
        cosines = F.cosine_similarity(text + prompt, person[None])
        rows.append(cosines / 0.07)
    found = logits(model, samples())
    torch.testing.assert_close(found, torch.stack(rows), rtol=0, atol=1e-3)


@torch.no_grad()
def test_at_the_start_it_is_clip_on_both_pictures():
    """Half a crop and half the frame, and text that is prompted by 0.1."""
    model = build(train=False)
    data = model.data_preprocessor(pseudo_collate(samples()))
    batch = data['inputs']
    persons, frames, _ = model.encode(batch)
    query = model.interact(persons, frames, persons[:3], batch)
    assert torch.equal(query, persons)
    model.prompting.alpha.zero_()
    fused = (persons + frames[batch.persons.keyframe]) / 2
    text = model.clip.encode_labels(LABELS.names)
    expected = F.normalize(fused, dim=-1) @ F.normalize(text, dim=-1).T / 0.07
    found = logits(model, samples())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_persons_of_a_keyframe_may_come_in_any_order():
    model = build()
    sample = samples()[2]
    expected = logits(model, [sample])
    sample['inputs']['crops'] = sample['inputs']['crops'].flip(0)
    found = logits(model, [sample])
    torch.testing.assert_close(found.flip(0), expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_persons_beyond_the_slots_ask_and_are_not_seen():
    model = build(units='P', slots=dict(P=2))
    batch = model.data_preprocessor(pseudo_collate(samples()))['inputs']
    persons, frames, objects = model.encode(batch)
    found = model.interact(persons, frames, objects, batch)
    unit = model.units['P1']
    expected = unit(persons[None, 3:], persons[None, 3:5])[0]
    torch.testing.assert_close(found[3:], expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_nothing_known_is_as_nothing_given():
    """No objects and no memory in the batch, or none in the pictures."""
    model = build()
    batch = model.data_preprocessor(pseudo_collate(samples()))['inputs']
    bare = replace(
        batch, objects=None, object_layout=None, memory=None, memory_valid=None
    )
    empty = replace(
        batch,
        objects=None,
        object_layout=PersonLayout.from_counts([0, 0, 0]),
        memory=torch.zeros_like(batch.memory),
        memory_valid=torch.zeros_like(batch.memory_valid),
    )
    text = model.encode_labels(LABELS)
    torch.testing.assert_close(
        model.person_logits(bare, text), model.person_logits(empty, text)
    )


def test_loss_with_a_class_twice():
    """Softmax focal, its sum over the boxes."""
    model = build().train()
    for unit in model.units.values():
        unit.dropout.p = 0.0
    given = samples()[:2]
    targets = torch.tensor([1, 1, 0])
    for sample, own in zip(given, targets.split([2, 1]), strict=True):
        sample['data_samples'].proposals.labels = F.one_hot(own, 3).float()
    data = model.data_preprocessor(pseudo_collate(given), True)
    losses = model(**data, mode='loss')
    probs = logits(model, given).softmax(dim=1)[torch.arange(3), targets]
    expected = -((1 - probs) ** 2 * probs.log()).sum() / 3
    assert list(losses) == ['loss_exclusive']
    torch.testing.assert_close(losses['loss_exclusive'], expected)


def test_a_step_changes_units_and_prompts_and_nothing_else():
    model = build()
    moved = moved_by_a_step(model, pseudo_collate(samples()))
    trained = {
        name
        for name, _ in model.named_parameters()
        if not name.startswith('clip.')
    }
    # A softmax does not see what is added to all keys, nor, where there is
    # one visual token alone, who asks and how.
    unseen = {
        f'prompting.layers.{layer}.{part}'
        for layer in range(2)
        for part in (
            'norm_text.weight',
            'norm_text.bias',
            'attention.query.weight',
            'attention.key.weight',
        )
    }
    unseen |= {name for name in trained if name.endswith('.key.bias')}
    # They may move by rounding.
    assert trained - unseen <= moved <= trained


@pytest.mark.parametrize(
    'options, expected',
    [
        (dict(), 14_831_104),
        (dict(prompting_layers=1, memory_frames=20), 11_598_336),
    ],
)
def test_size(options, expected):
    """As released; and 11.60 M, close to the 11.6 of ST-CLIP's Table 6."""
    with torch.device('meta'):
        model = MODELS.build(
            dict(type='ICLIP', clip=dict(arch='ViT-B-16-quickgelu'), **options)
        )
    assert num_trained(model) == expected


def test_units_that_are_not_known_are_refused():
    with pytest.raises(ValueError, match=r"units must be .*'X'"):
        build(units='PX')
