"""Small ActionCLIP, Text4Vis and BIKE, their videos, and one training step."""

import torch
from mmaction.structures import ActionDataSample
from tiny_model import ARCH, SIZE

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
    generator = torch.Generator().manual_seed(1)
    shape = views * T, 3, SIZE, SIZE
    return dict(
        inputs=[
            torch.randint(0, 256, shape, generator=generator).to(torch.uint8)
            for _ in targets
        ],
        data_samples=[
            ActionDataSample(metainfo=dict(label_space=LABELS)).set_gt_label(t)
            for t in targets
        ],
    )


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


def moved_by_a_step(model, targets=(0, 1, 1)):
    """Names of parameters that one step of training changes."""
    model.train()
    before = {n: p.clone() for n, p in model.named_parameters()}
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.1)
    data = model.data_preprocessor(batch(targets), training=True)
    sum(model(**data, mode='loss').values()).backward()
    optimizer.step()
    after = dict(model.named_parameters())
    return {n for n, old in before.items() if not torch.equal(old, after[n])}


def trained_at_b16(kind, clip=None, **config):
    """Parameters that train on ViT-B/16."""
    arch = dict(arch='ViT-B-16-quickgelu', pretrained=None)
    config = dict(type=kind, clip=dict(arch, **(clip or {})), **config)
    with torch.device('meta'):
        model = MODELS.build(dict(config, num_frames=8))
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def check_saved(model, again, tmp_path):
    """What another model with its weights predicts is the same."""
    torch.save(model.state_dict(), tmp_path / 'model.pth')
    first = model.test_step(batch([0, 1]))
    before = again.test_step(batch([0, 1]))
    again.load_state_dict(torch.load(tmp_path / 'model.pth'))
    second = again.eval().test_step(batch([0, 1]))
    for one, other, old in zip(first, second, before, strict=True):
        assert torch.equal(one.pred_score, other.pred_score)
        assert not torch.equal(one.pred_score, old.pred_score)
