"""Labels that a text tower reads alike, or not to their end."""

import pytest
import torch
from tiny_model import ARCH

from stclip.labels.label_list import read_label_list
from stclip.labels.label_space import LabelSpace
from stclip.models.clip.label_texts import cut_texts, label_warnings
from stclip.models.clip.open_clip_parts import SimpleTokenizer
from stclip.registry import MODELS

ALIKE = 'CLIP cannot tell these labels apart'
CUT = 'CLIP does not read these labels to their end'
LONG = 'climb ' * 74


@pytest.fixture(scope='module')
def tokenizer():
    return SimpleTokenizer(context_length=77)


class WordTokenizer:
    """Another one: a word a token, padded with 1, ended by 2, case kept."""

    context_length, start, end = 6, [], [2]

    def __init__(self):
        self.ids = {}

    def encode(self, text):
        return [
            self.ids.setdefault(word, 3 + len(self.ids))
            for word in text.split()
        ]

    def __call__(self, texts):
        rows = torch.ones(len(texts), 6, dtype=torch.int64)
        for row, text in zip(rows, texts, strict=True):
            ids = [*self.encode(text)[:5], 2]
            row[: len(ids)] = torch.tensor(ids)
        return rows


@pytest.mark.parametrize(
    'one, other',
    [
        ('pick up', 'pick_up'),
        ('pick up', 'Pick Up'),
        ('pick up', 'pick  up'),
        ('pick up', 'pick\u00a0up'),
        ('rock & roll', 'rock &amp; roll'),
        ('don\u2019t', "don't"),
        ('ﬁsh', 'fish'),
        (LONG + 'a b', LONG + 'a c'),
    ],
)
def test_labels_alike_are_named(tokenizer, one, other):
    names = ['sit', one, 'run', other]
    messages = label_warnings(names, names, tokenizer)
    assert messages[0].startswith(ALIKE)
    for name in (one, other):
        assert repr(name[-20:])[1:-1] in messages[0]
    for name in ('sit', 'run'):
        assert repr(name) not in messages[0]


def test_every_group_is_named_up_to_eight(tokenizer):
    words = [f'word {letter}' for letter in 'abcdefghij']
    names = [*words, *map(str.upper, words), 'Word A', 'sit']
    (message,) = label_warnings(names, names, tokenizer)
    assert "'word a' = 'WORD A' = 'Word A', 'word b' = 'WORD B'" in message
    assert "'word h' = 'WORD H' and 2 more" in message


def test_texts_are_cut_from_76_tokens_on(tokenizer):
    fits, long = 'climb ' * 75, 'climb ' * 76
    assert len(tokenizer.encode(fits)) == 75
    assert cut_texts([fits, long, 'sit'], tokenizer) == [long]
    assert label_warnings(['a', 'b'], ['sit', fits], tokenizer) == []
    (message,) = label_warnings(['a', 'b'], ['sit', long], tokenizer)
    assert message.startswith(f"{CUT}, they are too long: 'b'.")


def test_another_tokenizer_is_asked_itself():
    other = WordTokenizer()
    names = ['Pick up', 'pick up', 'pick_up', 'a b c d e', 'a b c d e f']
    alike, cut = label_warnings(names, names, other)
    assert "apart, underscores aside: 'pick up' = 'pick_up'," in alike
    assert "'a b c d e' = 'a b c d e f'." in alike
    assert "too long: 'a b c d e f'." in cut


def test_label_lists_of_the_project_are_sound(tokenizer):
    for name in ('ava80', 'jhmdb', 'ucf24', 'hmdb51', 'kinetics400'):
        names = read_label_list(f'data/labels/{name}.txt')
        assert label_warnings(names, names, tokenizer) == []


RECOGNIZERS = {
    'STDD': dict(type='STDDRecognizer', num_templates=2, prompts='a'),
    'DA-STI': dict(type='DASTIRecognizer', temporal_layers=0),
    'ActionCLIP': dict(type='ActionCLIPRecognizer'),
    'Text4Vis': dict(type='Text4VisRecognizer'),
    'BIKE': dict(type='BIKERecognizer'),
    'attributes': dict(type='BIKEAttributes'),
}
DETECTORS = {
    'CLIP': dict(type='CLIPBaseline', clip=dict(arch=ARCH)),
    'ST-CLIP': dict(type='STCLIP', temporal={}, clip=dict(arch=ARCH)),
    **{
        f'{name} on regions': dict(
            type='RegionRecognizer',
            recognizer=dict(recognizer, clip=dict(arch=ARCH), num_frames=2),
        )
        for name, recognizer in RECOGNIZERS.items()
    },
}


@pytest.mark.parametrize('model', DETECTORS)
def test_every_model_warns_once_for_a_label_set(model, log_lines):
    detector = MODELS.build(DETECTORS[model])
    labels = LabelSpace(('Run', 'sit', 'run', 'kick_ball', 'kick ball'))
    for _ in range(2):
        detector.encode_labels(labels)
    (line,) = (line for line in log_lines if line.startswith(ALIKE))
    assert "'Run' = 'run', 'kick_ball' = 'kick ball'" in line
    assert detector.label_warnings(labels) == [line]
    detector.encode_labels(LabelSpace(('sit', 'walk')))
    assert sum(ALIKE in line for line in log_lines) == 1


def test_labels_that_only_a_template_makes_too_long(log_lines):
    """STDD's texts are longer than the names: 16 tokens for all."""
    recognizer = dict(RECOGNIZERS['STDD'], clip=dict(arch=ARCH), num_frames=2)
    model = MODELS.build(recognizer)
    names = ('climb ' * 9 + 'up', 'climb ' * 9 + 'down')
    assert not cut_texts(names, model.clip.tokenizer)
    alike, cut = model.label_warnings(LabelSpace(names))
    assert names[0] in alike and names[1] in alike
    assert names[0] in cut and names[1] in cut


def test_attributes_that_do_not_fit_are_counted(log_lines):
    model = MODELS.build(
        dict(
            RECOGNIZERS['DA-STI'],
            clip=dict(arch=ARCH),
            num_frames=2,
            num_attributes=6,
        )
    )
    keywords = ('arms', 'legs', 'a long road', 'shoes', 'sweat', 'a park')
    labels = LabelSpace(('run', 'sit'), keywords=(keywords, ('chair',)))
    for _ in range(2):
        model.text(labels)
    (line,) = (line for line in log_lines if 'attributes' in line)
    assert line.startswith('4 description attributes are left out')
    assert "'a park' of 'run'" in line
