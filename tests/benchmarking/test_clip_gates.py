"""Gates of the small CLIP against values known by hand."""

import re

import numpy as np
import pytest
import torch

from stclip.benchmarking import clip_gates
from stclip.zs_stage.words import thing_words, verb_phrases
from stclip.zs_stage.writing import held_out


def test_effective_rank_of_known_spectra():
    # Variances 1, 1, 1 along three axes; then one axis alone.
    cube = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T
    assert clip_gates.effective_rank(cube + 5.0) == pytest.approx(3)
    line = np.outer(np.arange(5.0), [1, 2, 3])
    assert clip_gates.effective_rank(line) == pytest.approx(1)
    # Two axes with parts 0.8 and 0.2 of the variance.
    cross = np.array([[2, 0], [-2, 0], [0, 1], [0, -1]], float)
    expected = np.exp(-(0.8 * np.log(0.8) + 0.2 * np.log(0.2)))
    assert clip_gates.effective_rank(cross) == pytest.approx(expected)


def test_synonyms_are_pairs_that_captions_keep_apart():
    synonyms = clip_gates.unseen_synonyms()
    assert len(synonyms) >= 30
    assert set(synonyms.values()) <= set(clip_gates.class_names())
    last_names = {names[-1] for names in thing_words().values()}
    last_phrases = {phrases[-1] for phrases in verb_phrases().values()}
    for text in synonyms:
        plain = text.replace('a person', '{person}')
        name = next(name for name in last_names if text.find(name) >= 0)
        shapes = {re.sub(rf'\b(an? )?{name}\b', '{thing}', plain)}
        assert shapes & last_phrases
        assert held_out(shapes.pop(), name)


def test_as_many_phrases_as_promised_all_different():
    phrases = clip_gates.common_phrases()
    assert len(phrases) == len(set(phrases)) == 157
    assert not any('{' in phrase for phrase in phrases)
    assert phrases[0] == 'stand'
    # Of nearly every verb there is one.
    verbs = [{p.split()[0] for p in said} for said in verb_phrases().values()]
    words = {phrase.split()[0] for phrase in phrases}
    assert np.mean([bool(each & words) for each in verbs]) > 0.9


def test_gates_pass_words_that_tell_classes_apart():
    names = clip_gates.class_names()
    meant = clip_gates.unseen_synonyms()
    generator = torch.Generator().manual_seed(0)
    own = {
        text: torch.randn(96, generator=generator)
        for text in [*names, *clip_gates.common_phrases(), *meant]
    }
    # As CLIP's: all texts have much in common.
    common = 8 * torch.nn.functional.normalize(
        torch.randn(96, generator=generator), dim=0
    )

    def encode(texts):
        rows = [own[meant.get(text, text)] + common for text in texts]
        return torch.nn.functional.normalize(torch.stack(rows), dim=1)

    gates = {g.name: g for g in clip_gates.text_gates(encode, 0.99)}
    assert all(gate.passed for gate in gates.values()), gates
    assert gates[f'{len(meant)} unseen synonyms'].value == 1
    # Without what they have in common, the cosines are too small.
    common *= 0
    gates = {g.name: g for g in clip_gates.text_gates(encode, 0.9)}
    failed = {name for name, gate in gates.items() if not gate.passed}
    assert failed == {'mean cosine of names', 'known words'}


def test_retrieval_counts_whose_own_picture_is_near():
    image = torch.eye(3)
    text = torch.tensor([[1.0, 0, 0], [0.9, 0.8, 0], [0.3, 0.2, 0.1]])
    assert clip_gates.retrieval(image, text, 1) == pytest.approx(1 / 3)
    assert clip_gates.retrieval(image, text, 2) == pytest.approx(2 / 3)
    assert clip_gates.retrieval(image, text, 3) == 1
