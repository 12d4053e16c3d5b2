"""Small ActionCLIP, Text4Vis and BIKE, and videos for them."""

import torch
from small_training import noise_batch, num_trained
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS

T = 3
LABELS = LabelSpace(('sit', 'kick_ball', 'run'))
LAYERS = dict(num_layers=1, max_frames=8)


def build(kind, clip=None, **config):
    """With weights that say more than random ones."""
    torch.manual_seed(0)
    clip = dict(arch=ARCH, pretrained=None, **(clip or {}))
    if kind != 'BIKEAttributes':
        config = dict(temporal=LAYERS, **config)
    model = MODELS.build(dict(type=kind, clip=clip, num_frames=T, **config))
    for parameter in model.parameters():
        if parameter.dim() == 2:
            parameter.data.mul_(3)
    return model.eval()


def batch(targets, views=1):
    """Noise, and the classes that it is of."""
    return noise_batch(LABELS, targets, views * T, seed=1)


def videos_of(model, count=2):
    """(count, T, 3, S, S) normalised."""
    return model.data_preprocessor(batch([0] * count))['inputs']


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def clip_frames(model, videos):
    """(B, T, D) of open_clip's own forward."""
    features = model.clip.model.encode_image(videos.flatten(0, 1))
    return features.unflatten(0, videos.shape[:2])


def clip_texts(model, texts):
    """(n, D) of length 1, of open_clip's own forward."""
    tokens = model.clip.tokenizer(list(texts))
    return unit(model.clip.model.encode_text(tokens))


def make_neutral(temporal):
    """Let the transformer give back its input: twice f behind its residual."""
    for name, parameter in temporal.named_parameters():
        if 'positions' in name or 'out_proj' in name or 'c_proj' in name:
            parameter.data.zero_()


def divergence(pairs, targets):
    """In-batch loss by loops: both directions, mean over videos."""
    total = 0.0
    for table in (pairs, pairs.T):
        for row, own in zip(table.tolist(), targets, strict=True):
            weights = [torch.e ** (10.0 * (t == own)) for t in targets]
            mass = sum(torch.e**s for s in row)
            for weight, score in zip(weights, row, strict=True):
                wanted = weight / sum(weights)
                log_prob = torch.tensor(torch.e**score / mass).log()
                wanted_log = torch.tensor(wanted).log()
                total += wanted * (wanted_log - log_prob).item()
    return total / len(targets) / 2


def trained_at_b16(kind, clip=None, **config):
    """Parameters that train on ViT-B/16."""
    arch = dict(arch='ViT-B-16-quickgelu', pretrained=None)
    config = dict(type=kind, clip=dict(arch, **(clip or {})), **config)
    with torch.device('meta'):
        model = MODELS.build(dict(config, num_frames=8))
    return num_trained(model)
