"""Tokenizers that lie in files."""

import importlib.util
import json
import re

import pytest
import tokenizers
import torch
from tiny_model import ARCH

from stclip.models.clip import CLIPBackbone, build_tokenizer
from stclip.models.clip.build import require_weights
from stclip.models.clip.tokenizers import FileTokenizer
from stclip.utils.errors import MissingFileError, UserError

WORDS = ['<pad>', '<s>', '</s>', '<unk>', 'kick', 'the', 'ball', 'sit', 'a']


def write(folder, ends=(), **options):
    """A tokenizer of few words, as Hugging Face's libraries store it."""
    folder.mkdir(exist_ok=True)
    words = {word: number for number, word in enumerate(WORDS)}
    made = tokenizers.Tokenizer(
        tokenizers.models.WordLevel(words, unk_token='<unk>')
    )
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    if ends:
        made.post_processor = tokenizers.processors.TemplateProcessing(
            single=' '.join((ends[0], '$A', *ends[1:])).strip(),
            special_tokens=[(e, words[e]) for e in ends if e],
        )
    # Of another use, which must not matter.
    made.enable_truncation(2)
    made.enable_padding(length=3)
    made.save(str(folder / 'tokenizer.json'))
    told = dict(
        pad_token='<pad>',
        bos_token='<s>',
        eos_token=dict(content='</s>'),
        sep_token='</s>',
        **options,
    )
    (folder / 'tokenizer_config.json').write_text(json.dumps(told))
    return folder


def arch(name='somebody/words', **text):
    text = dict(hf_tokenizer_name=name, vocab_size=9, context_length=6, **text)
    return dict(ARCH, text_cfg=dict(ARCH['text_cfg'], **text))


TEXTS = ['Kick  the ball!', 'sit', 'a a a a a a a a']
PLAIN = dict(clean='canonicalize')


@pytest.mark.parametrize(
    'ends, options, expected',
    [
        (
            ('<s>', '</s>'),
            {},
            [[1, 4, 5, 6, 2, 0], [1, 7, 2, 0, 0, 0], [1, 8, 8, 8, 8, 2]],
        ),
        (
            ('<s>', '</s>'),
            dict(add_bos_token=False, add_eos_token=True),
            [[4, 5, 6, 2, 0, 0], [7, 2, 0, 0, 0, 0], [8, 8, 8, 8, 8, 2]],
        ),
        (
            (),
            dict(padding_side='left'),
            [[0, 0, 0, 4, 5, 6], [0, 0, 0, 0, 0, 7], [8, 8, 8, 8, 8, 8]],
        ),
    ],
)
def test_ids(tmp_path, ends, options, expected):
    folder = write(tmp_path / 'words', ends, **options)
    found = FileTokenizer(folder, 6, **PLAIN)
    assert found(TEXTS).tolist() == expected
    assert found('sit').tolist() == [expected[1]]
    assert found(['sit'], context_length=9).shape == (1, 9)
    assert found.encode('Kick sit') == [4, 7]


def test_tokens_between_sentences_may_become_padding(tmp_path):
    folder = write(tmp_path / 'words', ('', '</s>'))
    found = FileTokenizer(folder, 4, strip_sep_token=True)
    assert found(['sit']).tolist() == [[7, 0, 0, 0]]


@pytest.mark.parametrize('where', ['given', 'named', 'beside', 'with weights'])
def test_where_it_is_looked_for(tmp_path, where):
    folder = write(tmp_path / 'words', ('', '</s>'))
    config, pretrained, given = arch(tokenizer_kwargs=PLAIN), None, None
    if where == 'given':
        given = str(folder)
    if where == 'named':
        config = arch(str(folder), tokenizer_kwargs=PLAIN)
    if where == 'beside':
        file = folder / 'open_clip_config.json'
        file.write_text(json.dumps(dict(model_cfg=config)))
        config = str(file)
    if where == 'with weights':
        pretrained = str(folder / 'clip.pt')
        torch.save(CLIPBackbone(ARCH).model.state_dict(), pretrained)
    found = build_tokenizer(config, pretrained, given)
    assert found(['sit']).tolist() == [[7, 2, 0, 0, 0, 0]]


def test_a_checkpoint_remembers_it(tmp_path):
    folder = write(tmp_path / 'words', ('', '</s>'))
    config = dict(arch=arch(pool_type='last', no_causal_mask=True))
    weights = folder / 'clip.pt'
    clip = CLIPBackbone(**config, tokenizer=str(folder))
    torch.save(clip.model.state_dict(), weights)
    bare = CLIPBackbone.without_pretrained(
        dict(config, pretrained=str(weights))
    )
    assert bare['pretrained'] is None
    other = CLIPBackbone(**bare)
    other.load_state_dict(clip.state_dict())
    names = ['kick the ball', 'sit']
    found = other.encode_labels(names)
    assert torch.equal(found, clip.encode_labels(names))
    expected = clip.model.encode_text(clip.tokenizer(names))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize('side', ['left', 'right'])
@pytest.mark.parametrize('ends, fits', [(('', '</s>'), 5), (('<s>',), 5),
                                        (('<s>', '</s>'), 4)])  # fmt: skip
def test_labels_that_are_too_long_are_told(tmp_path, side, ends, fits):
    """Of six tokens, whichever side their padding is on."""
    folder = write(tmp_path / 'words', ends, padding_side=side)
    clip = CLIPBackbone(arch(), tokenizer=str(folder))
    long, whole = ' '.join('a' * (fits + 1)), ' '.join('a' * fits)
    (told,) = clip.label_warnings(['sit', long])
    assert told.endswith(f'too long: {long!r}. Shorten them')
    assert clip.label_warnings(['sit', whole]) == []


@pytest.mark.parametrize(
    'file, content, message',
    [
        ('tokenizer.json', '{', 'tokenizer.json is no tokenizer'),
        ('tokenizer_config.json', '{}', 'tokenizer.json has not the token'),
        ('tokenizer_config.json', '{', 'tokenizer_config.json'),
    ],
)
def test_faulty_files_are_named(tmp_path, file, content, message):
    folder = write(tmp_path / 'words')
    (folder / file).write_text(content)
    with pytest.raises(UserError, match=re.escape(message)) as refused:
        FileTokenizer(folder, 6)
    assert '\n' not in str(refused.value)


def test_what_is_missing_is_said_in_one_line(tmp_path, monkeypatch):
    with pytest.raises(
        MissingFileError, match=r'no tokenizer\.json in'
    ) as why:
        require_weights(arch(), None, tokenizer=str(tmp_path))
    assert '\n' not in str(why.value)
    with pytest.raises(MissingFileError, match='co/somebody/words') as why:
        require_weights(arch(), None)
    assert '\n' not in str(why.value)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        'find_spec',
        lambda name: None if name == 'tokenizers' else find(name),
    )
    for build in (
        build_tokenizer,
        lambda config: require_weights(config, None),
    ):
        with pytest.raises(UserError, match=r"'stclip\[tokenizers\]'$") as why:
            build(arch())
        assert '\n' not in str(why.value)
