"""iCLIP equals the authors' numbers, from CLIP's features to gradients.

Differs on purpose: persons of a frame without objects skip the units that look
at objects. The release lets all frames of a batch skip them or none: where
another frame has an object, those persons look at empty slots. Such frames get
an object of zeros here, which is what an empty slot holds.
"""

import copy

import pytest
import torch
from method_numbers import Folder, close, load_converted, parametrised
from tiny_model import ARCH
from torch.nn import functional as F

from stclip.labels.label_space import LabelSpace
from stclip.models.detection.batch import KeyframeBatch
from stclip.models.detection.person_layout import PersonLayout
from stclip.models.detection.shared_pictures import SharedPictures
from stclip.models.i_clip.conversion import convert_i_clip
from stclip.registry import MODELS

everywhere = parametrised('iclip')


@pytest.fixture(scope='module')
def method(folder, tmp_path_factory):
    """Numbers and, with their weights, our model."""
    data = Folder(folder)
    hyper = data.hyper
    model = MODELS.build(
        dict(
            type='ICLIP',
            clip=dict(arch=dict(ARCH, embed_dim=hyper['embed'])),
            units=hyper['blocks'],
            slots=dict(
                P=hyper['max_person'],
                O=hyper['max_object'],
                H=hyper['max_frame_slots'],
                M=hyper['slots_per_memory_frame'],
            ),
            memory_frames=sum(hyper['memory_before_after']),
            prompting_layers=hyper['prompt_layers'],
        )
    )
    path = tmp_path_factory.mktemp('iclip')
    state = data.below('sd')
    # Their CLIP is not in it.
    model = load_converted(model, 'iclip', state, path, absent=[r'clip\.'])
    return data, model


def slots_of_the_release(data):
    """Objects of all frames, and how many of them each frame has.

    One of zeros in a frame without any, if another frame has some.
    """
    counts = data['in/objects_per_frame'].tolist()
    objects = data['in/objects']
    if not any(counts):
        return objects, counts
    own = [
        each if len(each) else objects.new_zeros(1, objects.shape[1])
        for each in objects.split(counts)
    ]
    return torch.cat(own), [*map(len, own)]


def batch_of(data, **changes):
    """All but pictures, whose features are given."""
    _, counts = slots_of_the_release(data)
    memory = dict(
        memory=data['in/memory'][:, :, 0],
        memory_valid=data['in/memory_present'],
        object_layout=PersonLayout.from_counts(counts),
    )
    layout = PersonLayout.from_counts(data['in/persons_per_frame'].tolist())
    nothing = SharedPictures(torch.empty(0))
    return KeyframeBatch(
        nothing, nothing, None, nothing, layout, **memory | changes
    )


def query_of(model, data, objects=None, **changes):
    if objects is None:
        objects, _ = slots_of_the_release(data)
    if changes.get('object_layout', 1) is None:
        objects = objects[:0]
    return model.interact(
        data['in/persons'],
        data['in/full_frames'],
        objects,
        batch_of(data, **changes),
    )


def fused_of(model, data, **changes):
    frames = data['in/full_frames'][batch_of(data).persons.keyframe]
    return (query_of(model, data, **changes) + frames) / 2


def logits_of(model, data, **changes):
    fused = fused_of(model, data, **changes)
    return model.head(fused, model.prompted_text(fused, data['in/text']))


@everywhere
@torch.no_grad()
def test_units(method):
    """Each by itself, and one after the other."""
    data, model = method
    found = []
    wanted = asked(method)
    hooks = [
        unit.register_forward_hook(lambda *args: found.append(args[-1]))
        for _, unit, _ in wanted
    ]
    query = query_of(model, data)
    for hook in hooks:
        hook.remove()
    layout = batch_of(data).persons
    for block, (*_, expected) in zip(found, wanted, strict=True):
        close(layout.flatten(block), expected)
    close(query, data['out/query'])


def asked(method):
    """Name of each unit that is used, itself and the query after it."""
    data, model = method
    # Where there are no objects all persons skip those that look at them.
    skipped = '' if len(data['in/objects']) else 'O'
    units = [
        (name, unit)
        for name, unit in model.units.items()
        if name[0] not in skipped
    ]
    return [
        (name, unit, after)
        for (name, unit), after in zip(units, data['out/blocks'], strict=True)
    ]


def all_slots(unit, query, slots, filled):
    """A unit that looks at slots as the release has them, zeros and all."""
    found = F.scaled_dot_product_attention(
        unit.query(query)[:, None],
        unit.key(slots) + filled[0],
        unit.value(slots) + filled[1],
    )[:, 0]
    found = F.layer_norm(found, found.shape[-1:]).relu()
    return query + unit.out(found)


def tables_of(name, unit):
    """What a unit adds to the keys and the values of its slots."""
    if name[0] != 'M':
        return 0, 0
    return tuple(
        table.repeat_interleave(unit.num_slots, dim=0)
        for table in (unit.key_positions, unit.value_positions)
    )


@everywhere
@torch.no_grad()
def test_what_units_look_at(method):
    """The slots of the release, in the first unit of each kind."""
    data, _ = method
    before = data['in/persons']
    for name, unit, after in asked(method):
        key = f'out/others/{name[0]}_block_{name[1:]}'
        if key in data:
            found = all_slots(unit, before, data[key], tables_of(name, unit))
            close(found, after)
        before = after


def by_the_release(model, data):
    """Queries after all units, with all slots of each person."""
    persons = data['in/persons_per_frame'].tolist()
    counts = data['in/objects_per_frame'].tolist()
    query = data['in/persons']
    for name, unit in model.units.items():
        own = dict(
            P=query.split(persons),
            O=data['in/objects'].split(counts),
            H=data['in/full_frames'][:, None],
            M=data['in/memory'].flatten(1, 2),
        )[name[0]]
        slots = len(own[0]) if name[0] == 'M' else unit.num_slots
        rows = torch.stack(
            [F.pad(each, (0, 0, 0, slots - len(each))) for each in own]
        )
        rows = rows.repeat_interleave(torch.tensor(persons), dim=0)
        query = all_slots(unit, query, rows, tables_of(name, unit))
    return query


def with_objects_in_the_last_frame_alone(data):
    """All frames twice, and one object."""
    frames = 'persons', 'persons_per_frame', 'full_frames', 'memory'
    twice = {
        f'in/{key}': torch.cat([data[f'in/{key}']] * 2)
        for key in (*frames, 'memory_present')
    }
    counts = torch.zeros_like(twice['in/persons_per_frame'])
    counts[-1] = 1
    width = data['in/persons'].shape[1]
    changed = copy.copy(data)
    changed.tensors = data.tensors | {
        **twice,
        'in/objects_per_frame': counts,
        'in/objects': torch.randn(1, width),
    }
    return changed


@everywhere
@torch.no_grad()
def test_frames_without_objects_beside_one_with_some(method):
    """Compared by the release's slots, and where ours differs from it."""
    data, model = method
    data = with_objects_in_the_last_frame_alone(data)
    released = by_the_release(model, data)
    close(query_of(model, data), released)
    counts = data['in/objects_per_frame'].tolist()
    ours = query_of(
        model,
        data,
        objects=data['in/objects'],
        object_layout=PersonLayout.from_counts(counts),
    )
    nothing = query_of(model, data, object_layout=None)
    last = batch_of(data).persons.keyframe == len(counts) - 1
    close(ours[last], released[last])
    close(ours[~last], nothing[~last])
    if 'O' in data.hyper['blocks']:
        assert (ours[~last] - released[~last]).abs().max() > 1e-3


@everywhere
@torch.no_grad()
def test_persons_and_the_labels_that_they_prompt(method):
    data, model = method
    fused = fused_of(model, data)
    close(fused, data['out/fused'])
    text = model.prompted_text(data['out/fused'], data['in/text'])
    close(text, data['out/text_prompted'])


@everywhere
@torch.no_grad()
def test_logits(method):
    data, model = method
    logits = logits_of(model, data)
    close(logits, data['out/logits'])
    close(logits.softmax(dim=-1), data['out/probs'])
    without = logits_of(model, data, object_layout=None)
    if 'out_without_objects/logits' in data:
        close(without, data['out_without_objects/logits'])
    # A sharp test: objects, what is remembered, and when, count.
    if 'O' in data.hyper['blocks'] and len(data['in/objects']):
        assert (without - logits).abs().max() > 1e-3
    memory, valid = data['in/memory'][:, :, 0], data['in/memory_present']
    for change in (
        dict(memory=memory.flip(1), memory_valid=valid.flip(1)),
        dict(memory=memory * 0, memory_valid=valid & False),
    ):
        if 'M' in data.hyper['blocks'] and changes(memory, change):
            other = logits_of(model, data, **change)
            assert (other - logits).abs().max() > 1e-3


def changes(memory, change):
    """Nothing remembered, or the same in both directions, stays so."""
    return not torch.equal(change['memory'], memory)


@everywhere
def test_loss_and_gradients(method):
    data, model = method
    logits = logits_of(model, data)
    num_classes = logits.shape[1]
    labels = LabelSpace(tuple(f'action {row}' for row in range(num_classes)))
    targets = F.one_hot(data['in/target'], num_classes).float()
    losses = model.head.loss(logits, targets, labels)
    (loss,) = losses.values()
    close(loss, data['loss/focal_gamma2'], 1e-5)
    loss.backward()
    theirs = data.below('loss_grads')
    wanted, unknown = convert_i_clip(theirs)
    assert not unknown and len(wanted) == len(theirs) > 0
    ours = dict(model.named_parameters())
    for name, expected in wanted.items():
        close(gradient_of(ours[name]), expected, 1e-5)
    for name in convert_i_clip(
        {name: torch.ones(1) for name in data.meta['dead_parameters']}
    )[0]:
        # Key biases, but for rounding: a softmax does not see them.
        assert gradient_of(ours[name]).abs().max() < 1e-5, name
    model.zero_grad()


def gradient_of(parameter):
    """Zeros of one that no person's query went through."""
    if parameter.grad is None:
        return torch.zeros_like(parameter)
    return parameter.grad
