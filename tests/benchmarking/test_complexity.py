"""Multiply-adds counted while models compute, against sums by hand."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from tiny_model import ARCH
from torch import nn

from stclip.benchmarking import complexity
from stclip.benchmarking.complexity import Row, multiply_adds, unseen_labels
from stclip.knowledge.prompts import compose_prompts
from stclip.labels.label_space import LabelSpace
from stclip.registry import MODELS
from stclip.utils.errors import UserError

ROOT = Path(__file__).parents[2]
VISION, TEXT = ARCH['vision_cfg'], ARCH['text_cfg']
LABELS = LabelSpace(('sit', 'run'))


def layer(tokens, width):
    """Projections, attention and feed-forward network; two layer norms."""
    linear = 12 * tokens * width**2
    return linear + 2 * tokens**2 * width + 5 * 2 * tokens * width


def image():
    """Of CLIP's whole image encoder."""
    patches = (VISION['image_size'] // VISION['patch_size']) ** 2
    tokens, width = patches + 1, VISION['width']
    embedding = patches * 3 * VISION['patch_size'] ** 2 * width
    layers = VISION['layers'] * layer(tokens, width)
    # open_clip normalises all tokens and projects one.
    norms = 2 * 5 * tokens * width
    return embedding + layers + norms + width * ARCH['embed_dim']


def prompt(tokens):
    """Of CLIP's whole text encoder, which projects the end alone."""
    width = TEXT['width']
    layers = TEXT['layers'] * layer(tokens, width)
    return layers + 5 * tokens * width + width * ARCH['embed_dim']


def test_of_an_attention_layer():
    """The fast path that torch takes in testing counts like the slow one."""
    block = nn.TransformerEncoderLayer(64, 1, 256, batch_first=True).eval()
    found = multiply_adds(lambda: block(torch.zeros(1, 5, 64)))
    assert found == layer(5, 64)
    assert torch.backends.mha.get_fastpath_enabled()


def test_of_clip():
    clip = dict(arch=ARCH, pretrained=None)
    model = MODELS.build(dict(type='CLIPBaseline', clip=clip))
    found = complexity._of_clip(model.clip, torch.zeros(1, 3, 32, 32))
    assert found == (image(), prompt(TEXT['context_length']))


def test_a_detector_is_counted_for_every_keyframe():
    """Plain encodes are counted as the paper does, the rest as it is."""
    clip = dict(arch=ARCH, pretrained=None)
    model = MODELS.build(dict(type='CLIPBaseline', clip=clip))
    row = Row('any', prompts=2, encodes=1, images=40)
    found = complexity.complexity(row, model, LABELS)
    head = len(LABELS) * ARCH['embed_dim']
    project = VISION['width'] * ARCH['embed_dim']
    whole = 40 * image() + 2 * prompt(16) + 40 * (head + project)
    assert found.by_paper == whole
    # Ours leaves out what the last layer makes of patches, and padding.
    assert found.ours < found.by_paper
    assert found.parameters == 0


def test_a_recogniser_is_counted_once():
    clip = dict(arch=ARCH, pretrained=None, trained_layers='all')
    model = MODELS.build(
        dict(type='STDDRecognizer', clip=clip, num_frames=3, prompts='a')
    )
    row = Row('any', prompts=2)
    found = complexity.complexity(row, model, LABELS)
    one = multiply_adds(
        lambda: model.clip.encode_images(torch.zeros(1, 3, 32, 32))
    )
    assert (
        found.parameters
        == sum(p.numel() for p in model.clip.visual.parameters()) + 1
    )  # the logit scale
    assert 3 * one < found.by_paper - 2 * prompt(16) < 3 * one + 1e5


def test_rows_of_the_table():
    rows = complexity.read_rows()
    assert rows['ST-CLIP'].published['gmacs'] == 2431.51
    assert all(row.explanation for row in rows.values() if row.published)
    assert rows['X-CLIP'].explanation == (
        "in the paper's parameters, M: +15.77 messages in the text tower that "
        "nothing calls. in the paper's GMACs: +0.54 patches of every frame "
        'are projected before their mean; +0.14 messages ask as well'
    )


def test_prompts_of_stdd_are_all_that_it_reads():
    row, labels = complexity.read_rows()['STDD, regions'], unseen_labels()
    cfg = Config.fromfile(ROOT / f'configs/{row.config}.py')
    assert not {'prompts', 'num_templates'} & {*cfg.model.recognizer}
    lists = compose_prompts(complexity.described(labels, cfg), 'xmix', 8)
    assert row.prompts == sum(map(len, lists)) == 6 * 128


def shown():
    """Cells of the counted table in its page, by the title of their row."""
    page = (ROOT / 'docs' / 'benchmarks.md').read_text()
    part = page.split('<!-- complexity: start -->')[1]
    part = part.split('<!-- complexity: end -->')[0]
    lines = (line for line in part.splitlines() if line.startswith('|'))
    cells = [[c.strip() for c in line.split('|')[1:-1]] for line in lines]
    return {title: values for title, *values in cells[2:]}


def test_the_page_has_the_rows_and_what_they_say():
    rows, page = complexity.read_rows(), shown()
    assert list(page) == list(rows)
    for title, row in rows.items():
        _, parameters, _, _, gmacs, told = page[title]
        paper = row.published or {}
        for key, cell in (('parameters', parameters), ('gmacs', gmacs)):
            assert cell == (f'{paper[key]:.2f}' if key in paper else '-')
        assert told == row.explanation


@pytest.mark.parametrize(
    'title', [t for t, row in complexity.read_rows().items() if row.published]
)
def test_what_counts_and_papers_differ_by_is_told_in_numbers(title):
    """Every published figure is reached, or its rest is listed."""
    row = complexity.read_rows()[title]
    trained, _, _, by_paper, _, _ = shown()[title]
    counted = dict(parameters=float(trained), gmacs=float(by_paper))
    assert set(row.more) <= set(row.published) <= set(counted)
    for key, published in row.published.items():
        reached = counted[key] + sum(row.more.get(key, {}).values())
        assert reached == pytest.approx(published, rel=2e-3), key


def test_rests_are_those_of_the_towers():
    """Of ViT-B/16: 197 tokens of 768, 12 layers; see configs/benchmarks."""
    tokens, width, layers = 197, 768, 12
    rows = complexity.read_rows()

    def told(title, key='gmacs'):
        return [round(v, 2) for v in rows[title].more[key].values()]

    # A row of q and of the output, and its part of the attention.
    def asks(keys):
        return 2 * width**2 + 2 * keys * width

    frames, shared, keys = 7, 7 + 8, tokens + 7 + 8 + 1
    rest = tokens - 1
    last = rest * (8 * width**2 + 2 * 5 * width) + (keys - 1) * asks(keys)
    ask = (layers - 1) * (keys - tokens) * asks(keys)
    again = layers * (frames - 1) * shared * (2 * width**2 + 5 * width)
    assert told('Vita-CLIP') == pytest.approx(
        [frames * last / 1e9, frames * ask / 1e9, again / 1e9], abs=5e-3
    )
    patches = 7 * (tokens - 1) * width * 512
    messages = 8 * layers * asks(tokens + 1)
    assert told('X-CLIP') == pytest.approx(
        [patches / 1e9, messages / 1e9], abs=5e-3
    )
    slots = 2 * 40 * 2 * 512**2 * 2  # filled and empty; K and V; two units
    prompting = 6 * 10 * 512**2 + 2 * 512**2
    assert told('iCLIP')[1:] == pytest.approx(
        [-40 * prompting / 1e9, -40 * slots / 1e9], abs=5e-3
    )


def test_unknown_key_is_refused(tmp_path, monkeypatch):
    file = tmp_path / 'rows.yaml'
    file.write_text('CLIP: {config: a, prompts: 1, image: 3}')
    monkeypatch.setattr(complexity, 'shipped', lambda _: file)
    with pytest.raises(UserError, match=r"rows\.yaml: .*'image'"):
        complexity.read_rows()
