"""The words in which captions of the stage tell what is to be seen.

They are written down in data/words/*.yaml: the phrases of every key, the
plainest first.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from stclip.utils.resources import shipped
from stclip.utils.text_file import read_yaml

Words = Mapping[str, tuple[str, ...]]


@cache
def _file(name: str) -> dict[str, Any]:
    return read_yaml(shipped(f'data/words/{name}.yaml'))


def _table(entries: Mapping[str, list]) -> Words:
    return {key: tuple(map(str, words)) for key, words in entries.items()}


@cache
def thing_words() -> Words:
    """Names of every thing."""
    return _table(_file('things'))


@cache
def verb_phrases() -> Words:
    """What people do, in base forms.

    ``{thing}`` and ``{person}`` stand for what it is done to.
    """
    return _table(_file('verbs'))


@cache
def pose_phrases() -> Words:
    """How body and things look during a verb; none for some."""
    return _table(_file('poses'))


@cache
def setting(kind: str) -> Words:
    """Words by key, of one kind of the settings: ``'place'``, say."""
    return _table(_file('settings')[kind])


@cache
def setting_list(kind: str) -> tuple[str, ...]:
    """Words that have no key, of one kind of the settings: ``'mood'``."""
    return tuple(map(str, _file('settings')[kind]))


@cache
def counts() -> tuple[tuple[str, ...], ...]:
    """How many people: phrases for one, two, three and more."""
    return tuple(
        tuple(map(str, words)) for words in _file('settings')['count']
    )
