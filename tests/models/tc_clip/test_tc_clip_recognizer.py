"""TC-CLIP: the whole by loops, its limits, what is trained."""

import math

import pytest
import torch
from small_training import moved_by_a_step, noise_batch, num_trained
from tc_clip_model import CONTEXT, LABELS, NAMES, TRAINED, T, build, videos_of
from tiny_model import ARCH

from stclip.labels.label_space import LabelSpace
from stclip.models.clip.attention import fused_attention
from stclip.models.tc_clip.shared_context import (
    SharedContext,
    biased_attention,
)
from stclip.registry import MODELS


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


class Loops:
    """Logits of one video, frame by frame, head by head, class by class."""

    def __init__(self, model, levels):
        self.model, self.clip = model, model.clip.model
        self.levels = levels

    def logits(self, video, num_words):
        frames, contexts = self.frames(video)
        mean = unit(torch.stack(frames).mean(dim=0))
        scale = self.clip.logit_scale.exp()
        rows = [
            scale * (mean @ unit(self.text(name, contexts, num_words)))
            for name in NAMES
        ]
        return torch.stack(rows)

    def frames(self, video):
        visual = self.clip.visual
        positions = visual.positional_embedding
        frames, context, contexts = [], None, {}
        for number, image in enumerate(video):
            patches = visual.conv1(image[None])[0].flatten(1).T
            own = positions[number] if positions.dim() == 3 else positions
            x = torch.cat([visual.class_embedding[None], patches]) + own
            frames.append(visual.ln_pre(x))
        for layer, block in enumerate(visual.transformer.resblocks):
            inputs = [self.image_layer(layer, x, context) for x in frames]
            frames = [x for x, _ in inputs]
            seeds = [x[1 + place] for x, places in inputs for place in places]
            context = self.merged(seeds)
            frames = [x + block.mlp(block.ln_2(x)) for x in frames]
            context = context + block.mlp(block.ln_2(context))
            contexts[layer + 1] = visual.ln_post(context) @ visual.proj
        cls = [visual.ln_post(x[0]) @ visual.proj for x in frames]
        return cls, contexts

    def image_layer(self, layer, x, context):
        """After attention; patches by the class token's weight."""
        block = self.clip.visual.transformer.resblocks[layer]
        attention, width = block.attn, x.shape[1]
        weight, bias = attention.in_proj_weight, attention.in_proj_bias
        keys = block.ln_1(x)
        q = keys @ weight[:width].T + bias[:width]
        if context is not None:
            keys = torch.cat([keys, block.ln_1(context)])
        k = keys @ weight[width : 2 * width].T + bias[width : 2 * width]
        v = keys @ weight[2 * width :].T + bias[2 * width :]
        heads, seen = [], 0
        for head, own in enumerate(torch.arange(width).split(64)):
            logits = q[:, own] @ k[:, own].T / math.sqrt(64)
            if context is not None:
                table = self.model.context.biases[str(layer)][head, 0]
                logits[:, : len(x)] += table[0]
                logits[:, len(x) :] += table[1]
            weights = logits.softmax(dim=-1)
            heads.append(weights @ v[:, own])
            seen = seen + weights[0, 1 : len(x)]
        number = int(CONTEXT['seed_share'] * (len(x) - 1))
        places = sorted(range(len(seen)), key=lambda i: -seen[i].item())
        return x + attention.out_proj(torch.cat(heads, 1)), places[:number]

    def merged(self, seeds):
        """By the functions that test_token_merging.py looks at."""
        return self.model.context.merge(torch.stack(seeds)[None, None])[0]

    def text(self, name, contexts, num_words):
        clip, prompting = self.clip, self.model.prompting
        tokens = self.model.clip.tokenizer([f'{name}.'])[0]
        end = int(tokens.argmax())
        words = clip.token_embedding(tokens[: end + 1])
        x = torch.cat([words[:1], prompting.context.words, words[1:]])
        x = x + clip.positional_embedding[: len(x)]
        layers = iter(prompting.layers)
        mask = clip.attn_mask[: len(x), : len(x)]
        for number, block in enumerate(clip.transformer.resblocks, 1):
            if number in self.levels:
                new = self.prompted(
                    next(layers),
                    x[1 : 1 + num_words],
                    contexts[self.levels[number]],
                )
                x = torch.cat([x[:1], new, x[1 + num_words :]])
            x = block(x[None], attn_mask=mask)[0]
        return clip.ln_final(x[-1]) @ clip.text_projection

    def prompted(self, layer, words, context):
        attention, tokens = layer.attention, layer.norm_context(context)
        q = attention.query(layer.norm_text(words))
        weights = q @ attention.key(tokens).T / math.sqrt(q.shape[-1])
        seen = weights.softmax(dim=-1) @ attention.value(tokens)
        words = words + attention.out(seen)
        return words + layer.ffn(layer.norm_ffn(words))


@pytest.mark.parametrize(
    'levels, options',
    [
        ({2: 3}, dict()),
        ({2: 2}, dict(levels=[2], joint_positions=True)),
        ({1: 1, 2: 2}, dict(levels=[2, 1], num_words=2)),
    ],
)
@torch.no_grad()
def test_model_is_its_definition(levels, options):
    model = build(**options)
    videos = videos_of(model)
    found = model.logits(videos, model.text(LABELS))
    loops = Loops(model, levels)
    num_words = options.get('num_words', 4)
    for video, row in zip(videos, found, strict=True):
        expected = loops.logits(video, num_words)
        torch.testing.assert_close(row, expected, rtol=0, atol=2e-4)
    # Each option is worth something.
    model.context.biases['1'].mul_(-1)
    other = model.logits(videos, model.text(LABELS))
    assert (other - found).abs().max() > 1e-2


def test_bias_as_a_feature_is_the_bias_as_a_mask():
    """Values and gradients, for heads of any width."""
    torch.manual_seed(0)
    for width in (64, 20):
        q, k, v = (torch.randn(2, 3, n, width) for n in (5, 7, 7))
        inputs = [
            x.requires_grad_() for x in (q, k, v, torch.randn(1, 3, 1, 7))
        ]
        weights = torch.randn(2, 5, 3 * width)
        results = []
        for attention in (biased_attention, fused_attention):
            found = attention(*inputs)
            gradients = torch.autograd.grad((weights * found).sum(), inputs)
            results.append([found, *gradients])
        for found, expected in zip(*results, strict=True):
            torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@torch.no_grad()
def test_biases_begin_small():
    """Normal of deviation 0.02, in all layers but the first."""
    torch.manual_seed(0)
    biases = SharedContext(12, num_heads=12, num_patches=196).biases
    assert [*biases] == [str(layer) for layer in range(1, 12)]
    values = torch.stack([*biases.values()])
    assert values.shape == (11, 12, 1, 2)
    assert values.std().item() == pytest.approx(0.02, rel=0.2)
    assert values.mean().abs() < 0.005


@torch.no_grad()
def test_without_a_context_it_is_clip_with_learned_words():
    """Nobody looks at the context, and prompting gives back its input."""
    model = build()
    for bias in model.context.biases.values():
        bias[..., 1] = -torch.inf
    for layer in model.prompting.layers:
        for part in (layer.attention.out, layer.ffn.c_proj):
            torch.nn.init.zeros_(part.weight)
            torch.nn.init.zeros_(part.bias)
    clip, videos = model.clip.model, videos_of(model)
    frames = clip.encode_image(videos.flatten(0, 1)).unflatten(0, (-1, T))
    # Learned words that are words.
    tokens = model.clip.tokenizer([f'a photo of a {name}.' for name in NAMES])
    words = clip.token_embedding(tokens[0, 1:5])
    model.prompting.context.words.copy_(words)
    text = unit(clip.encode_text(tokens))
    expected = clip.logit_scale.exp() * unit(frames.mean(dim=1)) @ text.T
    found = model.logits(videos, model.encode_text(LABELS))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


@torch.no_grad()
def test_one_frame_merges_nothing():
    """Fewer seeds than tokens: all of them are the context."""
    model = build(context=dict(CONTEXT, num_tokens=7))
    _, (context,) = model.encode_videos(videos_of(model)[:, :1])
    assert context.shape[1] == 6


@torch.no_grad()
def test_order_of_classes_and_videos_is_theirs():
    model = build()
    videos, text = videos_of(model, 3), model.text(LABELS)
    found = model.logits(videos, text)
    order = torch.tensor([2, 0, 1])
    turned = LabelSpace(tuple(LABELS.names[i] for i in order))
    torch.testing.assert_close(
        model.logits(videos, model.text(turned)), found[:, order]
    )
    torch.testing.assert_close(model.logits(videos[order], text), found[order])
    assert (found - found[:1]).abs().max() > 1e-2
    some = text.select(torch.tensor([0, 2]))
    torch.testing.assert_close(model.logits(videos, some), found[:, [0, 2]])


@torch.no_grad()
def test_prefix_is_read_once_and_says_the_same(monkeypatch):
    """In testing; in training every step reads it, since it is trained."""
    model = build()
    videos, text = videos_of(model), model.text(LABELS)
    assert model.text(LABELS) is text
    cached = model.logits(videos, text)
    model.train()
    assert model.text(LABELS) is not text
    torch.testing.assert_close(
        model.logits(videos, model.text(LABELS)), cached
    )
    model.prompting.context.words.mul_(2)
    moved = model.eval().logits(videos, model.text(LABELS)) - cached
    assert moved.abs().max() > 1e-3


@pytest.mark.parametrize('cut', [True, False])
def test_gradient_of_the_text_reaches_the_frames_unless_cut(cut):
    model = build(cut_context=cut)
    _, contexts = model.encode_videos(videos_of(model))
    text = model.prompting(model.clip, model.encode_text(LABELS), contexts)
    text.sum().backward()
    assert (model.clip.visual.proj.grad is None) == cut
    assert model.prompting.context.words.grad.abs().max() > 0


def test_loss_of_classes_and_of_shares():
    """A class is there twice; smoothing gives a tenth to all alike."""
    model = build(label_smoothing=0.1)
    views, text = videos_of(model, 3)[:, None], model.text(LABELS)
    with torch.no_grad():
        logs = model.logits(views[:, 0], text).log_softmax(dim=1)
    targets = torch.tensor([2, 0, 2])
    shares = torch.tensor([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])
    for wanted, each in (
        (targets, torch.eye(3)[targets]),
        (shares, shares),
    ):
        expected = -((0.9 * each + 0.1 / 3) * logs).sum(dim=1).mean()
        found = model.loss(views, wanted, LABELS)['loss_classes']
        torch.testing.assert_close(found.detach(), expected)


def test_a_step_moves_all_but_the_table_of_tokens():
    model = build()
    moved = moved_by_a_step(model, noise_batch(LABELS, [0, 1, 1], T))
    names = {name for name, _ in model.named_parameters()}
    # A softmax does not see the biases of keys.
    still = {name for name in names - moved if not name.endswith('key.bias')}
    assert still == {'clip.model.token_embedding.weight'}


def test_a_frozen_clip_stays_as_it_is():
    model = build(clip=dict())
    moved = moved_by_a_step(model, noise_batch(LABELS, [0, 1, 1], T))
    assert all(n.startswith(('context.', 'prompting.')) for n in moved)
    assert 'context.biases.1' in moved
    assert 'prompting.context.words' in moved


@pytest.mark.parametrize(
    'joint, expected', [(False, 127_479_561), (True, 127_479_561 + 2_269_440)]
)
def test_trained_parameters(joint, expected):
    """Positions of 15 more frames are 15 * 197 * 768."""
    with torch.device('meta'):
        model = MODELS.build(
            dict(
                type='TCCLIPRecognizer',
                clip=dict(
                    arch='ViT-B-16-quickgelu', pretrained=None, **TRAINED
                ),
                num_frames=16,
                levels=[12],
                joint_positions=joint,
            )
        )
    assert num_trained(model) == expected
    assert num_trained(model.prompting.layers) == 3_153_408
    assert num_trained(model.context) == 264
    assert model.context.num_seeds == 58


def test_prompting_starts_as_the_text_layer():
    """At first u + attention and network of the layer, of other keys."""
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='TCCLIPRecognizer',
            clip=dict(arch=ARCH, pretrained=None),
            num_frames=T,
        )
    )
    (layer,), clip = model.prompting.layers, model.clip
    block = clip.text_tower.layers[-1]
    words, context = torch.randn(2, 4, 64), torch.randn(2, 5, 64)
    q, kv = block.ln_1(words), block.ln_1(context)
    seen = words + block.attn(q, kv, kv, need_weights=False)[0]
    expected = seen + block.mlp(block.ln_2(seen))
    torch.testing.assert_close(layer(words, context), expected)
    prefix = clip.tokenizer(['a photo of a'])[0, 1:5]
    expected = clip.model.token_embedding(prefix)
    assert torch.equal(model.prompting.context.words, expected)


def test_towers_of_other_widths():
    """Keys of the prompting layers then start at random."""
    text = dict(ARCH['text_cfg'], width=48, heads=3)
    model = build(clip=dict(TRAINED, arch=dict(ARCH, text_cfg=text)))
    (layer,) = model.prompting.layers
    assert layer.attention.key.weight.shape == (48, 64)
    found = model.test_step(noise_batch(LABELS, [0, 1], T))
    probs = torch.stack([sample.pred_score for sample in found])
    assert probs.isfinite().all()
    assert (probs[0] - probs[1]).abs().max() > 1e-4


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(levels=[3]), r'levels must be some of 1 to 2 .*got \[3\]'),
        (dict(levels=[]), r'levels must be some of 1 to 2'),
        (dict(context=dict(seed_share=0.01)), r'at least one token and one'),
        (dict(context=dict(num_tokens=0)), r'at least one token and one'),
    ],
)
def test_what_cannot_be_built_says_why(options, message):
    with pytest.raises(ValueError, match=message):
        build(**options)


@torch.no_grad()
def test_a_sentence_in_place_of_a_name():
    """What is said of a class is read; names that say it are the same."""
    model = build()
    videos = videos_of(model)
    sentences = ('sit: a_person rests', 'kick_ball', 'play')
    said = LabelSpace(LABELS.names, texts=[(text,) for text in sentences])
    found = model.logits(videos, model.text(said))
    named = model.logits(videos, model.text(LabelSpace(sentences)))
    torch.testing.assert_close(found, named)
    plain = model.logits(videos, model.text(LABELS))
    torch.testing.assert_close(found[:, 1], plain[:, 1])
    assert ((found - plain)[:, [0, 2]].abs() > 1e-3).all()
    several = LabelSpace(('sit', 'run'), texts=[('sit',), ('run', 'jog')])
    with pytest.raises(ValueError, match="one text of each label, but 'run'"):
        model.text(several)


def test_names_without_room():
    model = build(num_words=12)
    with pytest.raises(ValueError, match="too few for 'kick ball' and 12"):
        model.text(LABELS)
