"""iCLIP equals the authors' numbers, from CLIP's features to gradients."""

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


def batch_of(data, **changes):
    """All but pictures, whose features are given."""
    memory = dict(
        memory=data['in/memory'][:, :, 0],
        memory_valid=data['in/memory_present'],
        object_layout=PersonLayout.from_counts(
            data['in/objects_per_frame'].tolist()
        ),
    )
    layout = PersonLayout.from_counts(data['in/persons_per_frame'].tolist())
    nothing = SharedPictures(torch.empty(0))
    return KeyframeBatch(
        nothing, nothing, None, nothing, layout, **memory | changes
    )


def query_of(model, data, **changes):
    objects = data['in/objects']
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
    hooks = [
        unit.register_forward_hook(lambda *args: found.append(args[-1]))
        for unit in model.units.values()
    ]
    query = query_of(model, data)
    for hook in hooks:
        hook.remove()
    layout = batch_of(data).persons
    expected = data['out/blocks']
    for block, wanted in zip(found, expected, strict=True):
        close(layout.flatten(block), wanted)
    close(query, data['out/query'])


def all_slots(unit, query, slots, filled):
    """A unit that looks at slots as the release has them, zeros and all."""
    found = F.scaled_dot_product_attention(
        unit.query(query)[:, None],
        unit.key(slots) + filled[0],
        unit.value(slots) + filled[1],
    )[:, 0]
    found = F.layer_norm(found, found.shape[-1:]).relu()
    return query + unit.out(found)


@everywhere
@torch.no_grad()
def test_what_units_look_at(method):
    """The slots of the release, in the first unit of each kind."""
    data, model = method
    before = data['in/persons']
    blocks = zip(model.units.items(), data['out/blocks'], strict=True)
    for (name, unit), after in blocks:
        key = f'out/others/{name[0]}_block_{name[1:]}'
        if key in data:
            tables = 0, 0
            if name[0] == 'M':
                each = unit.num_slots
                tables = (
                    unit.key_positions.repeat_interleave(each, dim=0),
                    unit.value_positions.repeat_interleave(each, dim=0),
                )
            close(all_slots(unit, before, data[key], tables), after)
        before = after


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
    close(without, data['out_without_objects/logits'])
    # A sharp test: objects, what is remembered, and when, count.
    assert (without - logits).abs().max() > 1e-3
    memory, valid = data['in/memory'][:, :, 0], data['in/memory_present']
    for change in (
        dict(memory=memory.flip(1), memory_valid=valid.flip(1)),
        dict(memory=memory * 0, memory_valid=valid & False),
    ):
        assert (logits_of(model, data, **change) - logits).abs().max() > 1e-3


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
        close(ours[name].grad, expected, 1e-5)
    for name in convert_i_clip(
        {name: torch.ones(1) for name in data.meta['dead_parameters']}
    )[0]:
        # Key biases, but for rounding: a softmax does not see them.
        assert ours[name].grad.abs().max() < 1e-5, name
    model.zero_grad()
