"""Attribute sentences, Eqs. (3)-(4) of DA-STI."""

import pytest
import torch
from tiny_model import ARCH

from stclip.knowledge.attributes import read_attributes, with_attributes
from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.models.clip import CLIPBackbone
from stclip.models.da_sti.attribute_text import (
    compose_sentences,
    encode_classes,
)

LABELS = LabelSpace(
    ('kick_ball', 'sit', 'run'),
    keywords=(('foot', 'goal net'), ('chair',), ()),
)


def arch(context_length=77):
    text = {**ARCH['text_cfg'], 'context_length': context_length}
    return {**ARCH, 'text_cfg': text}


@pytest.fixture(scope='module')
def clip():
    torch.manual_seed(0)
    return CLIPBackbone(arch(), None)


def test_sentences_read_as_written(clip):
    sentences = compose_sentences(LABELS, 8, clip.tokenizer)
    texts = [
        clip.tokenizer.decode(row[1:end].tolist()).strip()
        for row, end in zip(sentences.ids, sentences.ends, strict=True)
    ]
    assert texts == [
        'this is a video about kick ball , foot , goal net .',
        'this is a video about sit , chair .',
        'this is a video about run .',
    ]
    # The tokenizer gives the same ids for the whole sentence.
    whole = clip.tokenizer(
        ['This is a video about kick ball, foot, goal net.']
    )[0]
    assert torch.equal(whole, sentences.ids[0])


@pytest.mark.parametrize(
    'kind, words',
    [
        ('content', 'kick ball foot goal net'),
        ('words', 'this is a video about kick ball , foot , goal net .'),
    ],
)
def test_words_of_a_sentence(clip, kind, words):
    sentences = compose_sentences(LABELS, 8, clip.tokenizer)
    mask = sentences.word_mask(kind)[0]
    chosen = sentences.ids[0][mask].tolist()
    assert clip.tokenizer.decode(chosen).strip() == words
    assert sentences.word_mask('all').all()


def test_fewer_keywords_are_a_prefix(clip):
    """N_a = 1 ends after the first keyword; N_a = 0 is the plain name."""
    ends = [
        compose_sentences(LABELS, number, clip.tokenizer).ends[0].item()
        for number in (0, 1, 2)
    ]
    assert ends == [9, 11, 14]


def test_keywords_that_do_not_fit_are_dropped():
    clip = CLIPBackbone(arch(14), None)
    sentences = compose_sentences(LABELS, 8, clip.tokenizer)
    row = sentences.ids[0]
    text = clip.tokenizer.decode(row[1 : sentences.ends[0]].tolist())
    assert text.strip() == 'this is a video about kick ball , foot .'
    with pytest.raises(ValueError, match="'kick_ball' does not fit into 8"):
        compose_sentences(LABELS, 8, CLIPBackbone(arch(8), None).tokenizer)


def test_embeddings_are_those_of_clip(clip):
    """The class embedding is CLIP's own of the sentence."""
    found = encode_classes(clip, LABELS, 8, 'content', True)
    with torch.no_grad():
        tokens = clip.tokenizer(
            [
                'This is a video about kick ball, foot, goal net.',
                'This is a video about sit, chair.',
                'This is a video about run.',
            ]
        )
        expected = clip.model.encode_text(tokens)
    torch.testing.assert_close(found.classes, expected, rtol=0, atol=1e-5)
    assert found.words.class_idx.tolist() == [0] * 5 + [1] * 2 + [2]


def test_class_embedding_of_the_name_alone(clip):
    found = encode_classes(clip, LABELS, 8, 'content', False)
    plain = encode_classes(clip, LABELS, 0, 'content', True)
    torch.testing.assert_close(found.classes, plain.classes)
    full = encode_classes(clip, LABELS, 8, 'content', True)
    torch.testing.assert_close(found.words.embeddings, full.words.embeddings)


def test_template_is_the_same_for_every_class(clip):
    """Causal attention: start and template know nothing of the class."""
    tokens = compose_sentences(LABELS, 8, clip.tokenizer).ids
    with torch.no_grad():
        rows = clip.encode_words(tokens)
    # Start of text and five words.
    torch.testing.assert_close(
        rows[:1, :6].expand(3, -1, -1), rows[:, :6], rtol=0, atol=1e-6
    )
    assert not torch.allclose(rows[0, 6], rows[1, 6])


def test_padding_changes_nothing_before_it(clip):
    tokens = compose_sentences(LABELS, 8, clip.tokenizer).ids
    with torch.no_grad():
        whole, cut = (
            clip.encode_words(tokens),
            clip.encode_words(tokens[:, :20]),
        )
    torch.testing.assert_close(whole[:, :20], cut, rtol=0, atol=1e-5)


def test_some_classes(clip):
    found = encode_classes(clip, LABELS, 8, 'content', True)
    some = found.select(torch.tensor([0, 2]))
    names = LABELS.subset(['kick_ball', 'run'])
    expected = encode_classes(clip, names, 8, 'content', True)
    torch.testing.assert_close(some.classes, expected.classes)
    torch.testing.assert_close(
        some.words.embeddings, expected.words.embeddings
    )
    assert torch.equal(some.words.class_idx, expected.words.class_idx)


@pytest.mark.parametrize('name', ['ucf101', 'kinetics400', 'ava80'])
def test_sixteen_shipped_keywords_fit(clip, name):
    labels = with_attributes(
        LabelSpace(read_label_list(f'data/labels/{name}.txt')),
        read_attributes(f'data/attributes/{name}.jsonl'),
    )
    sentences = compose_sentences(labels, 16, clip.tokenizer)
    content = [
        sum(
            len(clip.tokenizer.encode(part.replace('_', ' ')))
            for part in (name, *words)
        )
        for name, words in zip(labels.names, labels.keywords, strict=True)
    ]
    assert sentences.content.sum(dim=1).tolist() == content
