"""What the folders of ActionCLIP, Text4Vis and BIKE have in common."""

import torch
from method_numbers import Folder, clip_arch, close, load_converted

from stclip.registry import MODELS


def build_frames(path, kind, source, tmp_path, norm_eps, **config):
    """Numbers of a folder, and a recogniser with its weights."""
    folder = Folder(path)
    hyper = folder.hyper
    positions = folder['sd/head.frame_position_embeddings.weight']
    clip = dict(arch=clip_arch(hyper), pretrained=None)
    if 'attributes' in config:
        # Its CLIP is not in their weights.
        config['attributes'] = dict(
            config['attributes'], clip=clip, num_frames=hyper['num_frames']
        )
    model = MODELS.build(
        dict(
            type=kind,
            clip=dict(clip, trained_layers='all'),
            num_frames=hyper['num_frames'],
            temporal=dict(
                num_layers=hyper['head_layers'],
                max_frames=len(positions),
                num_heads=hyper['head_heads'],
                norm_eps=norm_eps,
            ),
            **config,
        )
    )
    absent = [r'attributes\.clip\.'] if 'attributes' in config else []
    load_converted(model, source, folder.below('sd'), tmp_path, absent)
    return folder, model


@torch.no_grad()
def check_frames(folder, model):
    """Class token after each layer, frame features, temporal layers."""
    clip, videos = model.clip, folder['in/videos']
    shape = videos.shape[:2]
    x = clip.embed(clip.patch_tokens(videos.flatten(0, 1)))
    for layer, expected in enumerate(folder['out/visual_layers_cls']):
        x = clip.finish_layer(layer, x, clip.qkv(layer, x))
        close(x[:, 0].unflatten(0, shape), expected)
    frames = clip.project(clip.encode_images(videos.flatten(0, 1)))
    frames = frames.unflatten(0, shape)
    close(frames, folder['out/frame_features'])
    y = frames + model.temporal.positions.weight[: shape[1]]
    blocks = model.temporal.transformer.resblocks
    expected = folder['out/temporal_layers']
    for block, layer in zip(blocks, expected, strict=True):
        y = block(y)
        close(y, layer)
    close(model.encode_frames(videos), frames + expected[-1])


def check_gradients(folder, model):
    """Of the last backward pass, against ``loss_grads``."""
    parts = {
        'head.frame_position_embeddings.weight': 'temporal.positions.weight',
        'head.': 'temporal.',
        'clip.': 'clip.model.',
    }
    gradients = folder.below('loss_grads')
    assert gradients
    for name, expected in gradients.items():
        old = next(part for part in parts if name.startswith(part))
        ours = model.get_parameter(name.replace(old, parts[old], 1))
        # Of positions, those that this many frames have.
        found = ours.grad[: len(expected)] if expected.dim() else ours.grad
        # Small ones are compared as sharply for their size.
        size = float(expected.abs().max())
        close(found, expected, min(1e-5, max(size / 100, 1e-7)))


@torch.no_grad()
def check_each_part_counts(folder, model, score, scale=1):
    """Without any of its parts the model's numbers are others.

    Args:
        folder: Of the method.
        model: Ours; comes back as it was.
        score: Gives the numbers.
        scale: Of numbers that are smaller than other methods' logits.
    """
    before = score()
    least = folder.least_change(1e-3 / scale)
    parts = [
        model.temporal.positions,
        *model.temporal.transformer.resblocks,
        model.clip.visual.ln_post,
        model.clip.model.transformer.resblocks[-1],
    ]
    for part in parts:
        kept = {k: v.clone() for k, v in part.state_dict().items()}
        for weight in part.parameters():
            weight.mul_(0.9)
        model.clip.texts.clear()
        assert (score() - before).abs().max() > least, part
        part.load_state_dict(kept)
    torch.testing.assert_close(score(), before)
