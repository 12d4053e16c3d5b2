"""Words that may be said of a video, for methods that learn from bags."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from stclip.knowledge.attributes import plain_name
from stclip.registry import TRANSFORMS
from stclip.utils.errors import UserError
from stclip.utils.io import read_json
from stclip.utils.text_file import read_yaml

_HINT = 'docs/how_to/prepare_recognition.md tells what it holds.'


@TRANSFORMS.register_module()
class AddTextBag(BaseTransform):
    """Draw words from what is known of a video and of its class.

    Source: MAXI, arXiv:2303.08914, Sec. 3.2: phrases that a language model
    writes for the class, and words of captions of the video's frames. Drawn
    anew each time. Differs from the release: where the name of the class is
    among the words, others take its place, so that all bags have one size.

    Required keys: ``label``, ``label_space``, ``filename``. Added:
    ``text_bag``, a tuple of words; ``PackActionInputs`` hands it on if it is
    among its ``meta_keys``.

    Args:
        size: M, words of a bag. Fewer that are known are repeated; where none
            is, the bag has empty words.
        phrase_file: YAML or JSON, class name -> list of phrases; empty for
            the keywords of the label space.
        word_file: YAML or JSON, name of a video without folder and ending ->
            list of words; empty for none. A video may be missing.

    Raises:
        MissingFileError: If a file is missing.
        UserError: If one is faulty, or lacks the phrases of a class.
    """

    def __init__(
        self, size: int = 16, phrase_file: str = '', word_file: str = ''
    ) -> None:
        self.size = size
        self.phrase_file = phrase_file
        self.phrases = {
            plain_name(name): words
            for name, words in _read_lists(phrase_file).items()
        }
        self.words = _read_lists(word_file)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw a bag."""
        labels, label = results['label_space'], int(results['label'])
        name = plain_name(labels.names[label])
        phrases = labels.keywords[label]
        if self.phrase_file:
            if name not in self.phrases:
                raise UserError(
                    f'{self.phrase_file} has no phrases for {name!r}: add a '
                    'list of them'
                )
            phrases = self.phrases[name]
        words = self.words.get(Path(results['filename']).stem, ())
        known = [
            word
            for word in dict.fromkeys((*phrases, *words))
            if plain_name(word) != name
        ]
        results['text_bag'] = draw_bag(known, self.size)
        return results


def draw_bag(words: Sequence[str], size: int) -> tuple[str, ...]:
    """Each word as often as fits, and others at random for the rest.

    Args:
        words: All different.
        size: M.

    Returns:
        M words; empty ones if there is none.
    """
    if not words:
        return ('',) * size
    times, rest = divmod(size, len(words))
    drawn = np.random.choice(len(words), rest, replace=False)
    return (*words,) * times + tuple(words[index] for index in drawn)


def _read_lists(path: str) -> dict[str, list[str]]:
    """Lists of words by name; empty for no file."""
    if not path:
        return {}
    read = read_json if path.lower().endswith('.json') else read_yaml
    content = read(path, _HINT)
    if not isinstance(content, dict):
        raise UserError(f'{path}: expected names, each with a list of words')
    for name, words in content.items():
        if (
            not isinstance(name, str)
            or not isinstance(words, list)
            or not all(isinstance(w, str) and w.strip() for w in words)
        ):
            raise UserError(
                f'{path}, {name!r}: expected a list of words, none of them '
                f'empty, got {words!r:.120}'
            )
    return content
