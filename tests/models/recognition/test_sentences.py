"""Features of sentences against open_clip's own forward."""

import pytest
import torch
from frame_recognizers import build

from stclip.models.recognition import sentences
from stclip.models.recognition.sentences import sentence_features

TEXTS = ['sit', 'a person runs over a field.', 'kick the ball', 'wave']


@torch.no_grad()
@pytest.mark.parametrize('size', [1, 3, 256])
def test_features_are_clips_whatever_the_batch(size, monkeypatch):
    monkeypatch.setattr(sentences, 'SENTENCES_AT_ONCE', size)
    model = build('Text4VisRecognizer')
    tokens = model.clip.tokenizer(TEXTS)
    found = sentence_features(model.clip, tokens)
    expected = model.clip.model.encode_text(tokens)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
