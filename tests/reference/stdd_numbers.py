"""STDD's folders of reference numbers: how one is read, and made by loops."""

import json

import numpy as np
import stdd_loop
import torch
from method_numbers import read_tensors
from torch.nn import functional as F

from stclip.models.recognition.packed_text import PackedText
from stclip.models.stdd.frozen_teacher import FrozenTeacher
from stclip.registry import MODELS

HYPER = dict(
    res=48,
    patch=8,
    width=64,
    layers=3,
    vision_heads=2,
    embed=32,
    sample_frames=5,
    mask_rate=0.5,
    cell=(2, 3),
    fold=16,
    scales=(1, 2),
)


TEXT = dict(vocab=49408, context=77, width=64, heads=1, layers=1)


def text_sizes(state):
    """Of CLIP's text tower, whose heads are 64 wide.

    Args:
        state: Its weights by CLIP's names.

    Returns:
        Sizes as ``meta.json`` has them; of none, those of any small one.
    """
    if 'positional_embedding' not in state:
        return TEXT
    context, width = state['positional_embedding'].shape
    layers = {
        name.split('.')[2]
        for name in state
        if name.startswith('transformer.resblocks.')
    }
    return dict(
        vocab=len(state['token_embedding.weight']),
        context=context,
        width=width,
        heads=width // 64,
        layers=len(layers),
    )


def build(hyper, text, **options):
    """Our model at the fixture's sizes."""
    arch = dict(
        embed_dim=hyper['embed'],
        quick_gelu=True,
        vision_cfg=dict(
            image_size=hyper['res'],
            patch_size=hyper['patch'],
            width=hyper['width'],
            layers=hyper['layers'],
            head_width=hyper['width'] // hyper['vision_heads'],
        ),
        text_cfg=dict(
            vocab_size=text['vocab'],
            context_length=text['context'],
            width=text['width'],
            heads=text['heads'],
            layers=text['layers'],
        ),
    )
    rules = {k: hyper[k] for k in ('mask_rate', 'cell', 'fold', 'scales')}
    torch.manual_seed(0)
    config = dict(
        type='STDDRecognizer',
        clip=dict(arch=arch, pretrained=None, trained_layers='all'),
        num_frames=hyper['sample_frames'],
        **{'crossing': rules, **options},
    )
    return MODELS.build(config).eval()


def make_folder(folder):
    """Numbers of the loops, from a random CLIP whose weights say something."""
    model = build(HYPER, TEXT)
    for parameter in model.clip.visual.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
    batch, frames, size = 2, HYPER['sample_frames'], HYPER['res']
    videos = torch.randn(batch, frames, 3, size, size)
    text = torch.randn(4, 6, HYPER['embed'])
    order = torch.rand(batch, frames).argsort(dim=1)
    offset = torch.tensor([0, 3])
    prompts = F.normalize(text, dim=-1)
    grid, cell = size // HYPER['patch'], HYPER['cell']
    with torch.no_grad():
        encoded = [
            stdd_loop.tower(
                model.clip.visual,
                videos[b],
                order[b].tolist(),
                offset[b].item(),
                grid=grid,
                cell=cell,
                num_masked=int(HYPER['mask_rate'] * cell[0] * cell[1]),
                span=HYPER['width'] // HYPER['fold'],
                scales=HYPER['scales'],
            )
            for b in range(batch)
        ]
        scale = model.clip.model.logit_scale.exp()
        logits = [
            [scale * stdd_loop.score(video, own) for own in prompts]
            for video in encoded
        ]
    state = model.clip.model.state_dict()
    tensors = {
        'in/videos': videos,
        'in/text': text,
        'in/order': order,
        'in/offset': offset,
        'out/frames': torch.stack(encoded),
        'out/logits': torch.tensor(logits),
        **{f'sd/{k}': v for k, v in state.items() if 'visual' in k},
        'sd/logit_scale': state['logit_scale'],
    }
    (folder / 'meta.json').write_text(json.dumps(dict(hyper=HYPER)))
    np.savez(folder / 'tensors.npz', **tensors)


class Fixture:
    """One folder of reference numbers, and our model with its weights."""

    def __init__(self, folder):
        self.meta = json.loads((folder / 'meta.json').read_text())
        self.tensors = read_tensors(folder / 'tensors.npz')
        # Not every folder tells them.
        self.text = self.meta.get('text', text_sizes(self.state('sd_text/')))
        self.model = self.build()

    def __getitem__(self, key):
        return self.tensors[key]

    def state(self, prefix):
        """Weights below a prefix, without it."""
        return {
            key.removeprefix(prefix): value
            for key, value in self.tensors.items()
            if key.startswith(prefix)
        }

    def build(self, **options):
        """A model with the fixture's weights, and its masks in all layers."""
        model = build(self.meta['hyper'], self.text, **options)
        for parameter in model.clip.parameters():
            parameter.data.zero_()
        state = {**self.state('sd/'), **self.state('sd_text/')}
        missing, unknown = model.clip.model.load_state_dict(
            state, strict=False
        )
        assert not unknown
        assert not [key for key in missing if key.startswith('visual')]
        if model.crossing is not None:
            num_layers = self.meta['hyper']['layers']
            self.give_masks(model, [self['in/order']] * num_layers)
        return model

    def give_masks(self, model, orders):
        """Masks of these orders of frames, one a layer, for our own."""
        kept = [model.cells.kept(order, self['in/offset']) for order in orders]
        model.kept_patches = lambda shape, device: kept

    @property
    def prompts(self):
        """The fixture's normalised prompts, as our model packs them."""
        text = F.normalize(self['in/text'], dim=-1)
        class_idx = torch.arange(len(text)).repeat_interleave(text.shape[1])
        return PackedText(text.flatten(0, 1), class_idx, len(text))

    def train_step(self, regulariser):
        """Losses of the fixture's batch and a model with their gradients."""
        model = self.build(regulariser=regulariser)
        if regulariser:
            model.projector.load_state_dict(self.state('sd_projector/'))
            model.teacher = FrozenTeacher(model.clip.image_tower)
        model.text = lambda labels: self.prompts
        losses = model.loss(
            self['in/videos'][:, None], self['in/target'], labels=None
        )
        sum(losses.values()).backward()
        return losses, model
