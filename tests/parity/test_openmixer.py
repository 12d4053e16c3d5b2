"""OpenMixer's decoder equals the authors' numbers, from a pyramid on.

Folders ``$STCLIP_SHARED/fixtures/openmixer_decoder_*``; their README says
what lies there. With ``cond`` ``'text'`` the release tells the temporal
queries the best matching text as a unit vector when it tests, and that of the
first person's true action, as it stands, when it trains; which one is an
argument of our decoder. Ours differs: detector.py gives a unit vector in
both.
"""

import copy

import pytest
import torch
from method_numbers import Folder, close, load_converted, parametrised
from torch import nn
from torch.nn import functional as F

from stclip.models.openmixer.conversion import convert_openmixer
from stclip.models.openmixer.decoder import OpenMixerDecoder, best_text
from stclip.models.openmixer.detector import likely
from stclip.models.openmixer.losses import SetLoss, Targets

PATCH = 16  # of the strides 4, 8, 16, 32
SCALE = 100.0


def build(folder):
    """A module with the decoder that a folder asks for."""
    hyper = folder.hyper
    state = folder.below('sd')
    model = nn.Module()
    model.decoder = OpenMixerDecoder(
        hyper['hidden'],
        PATCH,
        num_stages=hyper['stages'],
        own_actions='init_temporal_queries.weight' in state,
        read_spatial='decoder_stages.0.linear_proj.weight' in state,
        alpha=0.99 if hyper['fuse'] else None,
        num_queries=hyper['queries'],
        num_frames=hyper['num_frames'],
        num_heads=hyper['heads'],
        groups=hyper['groups'],
        points=hyper['spatial_points'],
        out_multiplier=hyper['out_multiplier'],
        ffn_width=hyper['ffn'],
    )
    return model


class Case:
    """A folder, its model, and what each stage found."""

    def __init__(self, path, tmp_path):
        self.folder = Folder(path)
        state = self.folder.below('sd')
        model = build(self.folder)
        load_converted(model, 'openmixer', state, tmp_path)
        self.decoder = model.decoder
        self.seen = self.watch()
        with torch.no_grad():
            self.found = self.run(self.decoder, self.condition())

    def condition(self, training=False):
        clip, text = self.folder['in/cls'], self.folder['in/text']
        if self.folder.hyper['cond'] == 'visual':
            return clip
        if not training:
            return F.normalize(text[best_text(clip, text)], dim=-1)
        first = [
            self.folder[f'in/video{video}/gt_labels'][0].argmax()
            for video in range(len(clip))
        ]
        return text[torch.stack(first)]

    def run(self, decoder, condition):
        folder = self.folder
        maps = [
            folder[f'in/features{level}']
            for level in range(len(folder.hyper['levels']))
        ]
        return decoder(
            maps,
            folder['out/boxes_xyzr_in'][0],
            folder['in/cls'],
            folder['in/text'],
            condition,
            SCALE,
        )

    def watch(self):
        """Name of a part -> what it gave out, a tensor for each stage."""
        seen = {}
        for stage in self.decoder.stages:
            for name, part in stage.named_modules():
                part.register_forward_hook(
                    lambda _, __, out, name=name: seen.setdefault(
                        name, []
                    ).append(out)
                )
        return seen


@pytest.fixture(scope='module')
def case(request, folder, tmp_path_factory):
    return Case(folder, tmp_path_factory.mktemp('openmixer'))


@parametrised('openmixer_decoder')
@torch.no_grad()
def test_queries_and_boxes_of_the_start(case):
    spatial, temporal = case.decoder.start(case.condition())
    close(spatial, case.folder['out/spatial_queries_in'])
    close(temporal, case.folder['out/temporal_queries_in'])
    # Each stage begins with the boxes of the one before.
    boxes = case.folder['out/boxes_xyzr_in'][1:]
    for stage, expected in zip(case.found[:-1], boxes, strict=True):
        close(stage.xyzr, expected)


@parametrised('openmixer_decoder')
@pytest.mark.parametrize(
    'key, part',
    [
        ('after_attention_spatial', 'spatial.norm_attention'),
        ('after_mixing_spatial', 'spatial.norm_mixing'),
        ('after_mixing_temporal', 'temporal.norm_mixing'),
        ('spatial_queries', 'spatial.norm_ffn'),
        ('temporal_queries', 'temporal.norm_ffn'),
        ('objectness', 'objectness'),
        ('xyzr_delta', 'delta'),
    ],
)
def test_every_step_of_every_stage(case, key, part):
    close(torch.stack(case.seen[part]), case.folder[f'out/{key}'])


@parametrised('openmixer_decoder')
def test_the_temporal_queries_are_told_the_condition(case):
    attended = torch.stack(case.seen['temporal.norm_attention'])
    told = attended + case.condition()[:, None]
    close(told, case.folder['out/after_attention_temporal'])


@parametrised('openmixer_decoder')
def test_actions(case):
    found = torch.stack([each.actions for each in case.found])
    close(found, case.folder['out/action_logits'])


@parametrised('openmixer_decoder')
@torch.no_grad()
def test_every_tensor_counts(case):
    """A fifth of a tensor's spread moves what is found."""
    folder, decoder = case.folder, copy.deepcopy(case.decoder)
    least = folder.least_change(1e-3)
    # As of the first stage's boxes, which are all the same.
    dead, _ = convert_openmixer(dict.fromkeys(folder.meta['dead_parameters']))
    generator = torch.Generator().manual_seed(0)

    def answer():
        found = case.run(decoder, case.condition())
        return torch.cat(
            [
                out.flatten()
                for stage in found
                for out in (stage.actions, stage.corners, stage.objectness)
            ]
        )

    expected = answer()
    for name, parameter in decoder.named_parameters():
        if f'decoder.{name}' in dead:
            continue
        kept = parameter.clone()
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.add_(0.2 * parameter.std() * noise)
        assert (answer() - expected).abs().max() > least, name
        parameter.copy_(kept)


def targets(folder):
    """The annotated persons."""
    videos = range(len(folder['in/cls']))
    boxes = [folder[f'in/video{video}/gt_boxes'].float() for video in videos]
    labels = [folder[f'in/video{video}/gt_labels'] for video in videos]
    counts = [len(each) for each in boxes]
    sizes = folder['in/whwh'].repeat_interleave(torch.tensor(counts), dim=0)
    return Targets(torch.cat(boxes), torch.cat(labels), counts, sizes)


# Ours by the name of theirs.
LOSSES = dict(person='ce', box='bbox', giou='giou', action='action')


def ours(name):
    """Their names of losses in our words."""
    for own, their in LOSSES.items():
        name = name.replace(f'loss_{their}', f'loss_{own}')
    return name


@parametrised('openmixer_decoder')
def test_losses_and_gradients(case):
    folder, decoder = case.folder, copy.deepcopy(case.decoder)
    weights = folder.meta['loss_weights']
    loss = SetLoss(
        **{own: weights[f'loss_{their}'] for own, their in LOSSES.items()},
        background=folder['sd/criterion.empty_weight'][1].item(),
    )
    losses = loss(case.run(decoder, case.condition(True)), targets(folder))
    expected = folder.below('loss')
    total = expected.pop('total_weighted')
    assert set(losses) == {ours(name) for name in expected}
    for name, value in expected.items():
        torch.testing.assert_close(losses[ours(name)], value)
    torch.testing.assert_close(sum(losses.values()), total)
    sum(losses.values()).backward()
    gradients, _ = convert_openmixer(folder.below('loss_grads'))
    assert gradients
    for name, value in gradients.items():
        found = decoder.get_parameter(name.removeprefix('decoder.')).grad
        error = (found - value).abs().max()
        assert error <= 1e-5 * value.abs().max().clamp(min=1), name


@parametrised('openmixer_decoder')
@torch.no_grad()
def test_who_is_a_person(case):
    folder, found = case.folder, case.found[-1]
    probs = found.objectness.softmax(dim=-1)[..., 0]
    chosen = likely(probs, folder.hyper['person_threshold'], 3)
    for video, (width, height) in enumerate(folder['in/whwh'][:, :2]):
        rows = chosen[video]
        limit = torch.stack([width, height] * 2)
        boxes = found.corners[video, rows].clamp(min=0)
        # Theirs end with the last pixel, ours with the picture.
        close(
            boxes.minimum(limit - 1) / limit, folder[f'out/video{video}/boxes']
        )
        logits = folder[f'out/video{video}/action_logits']
        close(found.actions[video, rows], logits)
