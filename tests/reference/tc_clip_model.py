"""A small TC-CLIP, and videos for it."""

import torch
from small_training import noise_batch
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T = 3
LABELS = LabelSpace(('sit', 'kick_ball', 'PlayingGuitar'))
NAMES = ['sit', 'kick ball', 'Playing Guitar']
TRAINED = dict(trained_layers='all', trained_text=True)
CONTEXT = dict(num_tokens=5, seed_share=0.4, merge_step=4)


def build(clip=TRAINED, context=CONTEXT, **config):
    """With weights that say more than random ones."""
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='TCCLIPRecognizer',
            clip=dict(dict(arch=ARCH, pretrained=None), **clip),
            num_frames=T,
            context=context,
            **config,
        )
    )
    for name, parameter in model.named_parameters():
        if 'token_embedding' in name or parameter.dim() == 2:
            parameter.data.mul_(3)
        elif name.startswith('context.'):
            torch.nn.init.normal_(parameter)
        elif 'positional_embedding' in name:
            # Frames are told apart.
            parameter.data.add_(0.1 * torch.randn(parameter.shape))
    return model.eval()


def videos_of(model, count=2):
    """(count, T, 3, S, S) normalised."""
    data = noise_batch(LABELS, [0] * count, T)
    return model.data_preprocessor(data)['inputs']
