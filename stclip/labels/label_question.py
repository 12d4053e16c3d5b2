"""What a user asks for, in words: a label space with all that goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from stclip.labels.label_list import labels_from_option
from stclip.labels.label_space import LabelSpace
from stclip.utils.errors import UserError
from stclip.utils.resources import resolve
from stclip.utils.text_file import read_yaml

#: What a person does that none of the labels is meant for, in words that
#: compete where nothing else would: with one label alone.
DEFAULT_BACKGROUND = ('a person', 'a person doing something else')
_PLACE = '{}'
_KEYS = ('labels', 'groups', 'independent', 'background', 'templates')
_HINT = 'Check the path.'


def label_question(
    labels: Sequence[str] | Mapping[str, Sequence[str] | str],
    groups: Sequence[Sequence[str]] = (),
    independent: Sequence[str] | bool = (),
    background: Sequence[str] | None = None,
    templates: Sequence[str] = (),
) -> LabelSpace:
    """Make a label space of what a user asks for.

    Args:
        labels: Names, or names with what is read for each: one phrasing or
            several, which are averaged.
        groups: Labels that exclude each other, group by group; those in no
            group are one more. Empty stands for one group of all.
        independent: Labels that may be true beside any other one; ``True``
            for all.
        background: Words that compete with every label and are no answer:
            what people do who do none of the labels. ``None`` for
            :data:`DEFAULT_BACKGROUND` where a label would be alone in its
            group, for it would be certain by construction; else for none.
        templates: Sentences with ``{}``, as ``a photo of a person who is
            {}``; each phrasing is read in each, the background as well.

    Returns:
        The labels, the background after them.

    Raises:
        UserError: For no label, an unknown or repeated name, or a template
            without exactly one ``{}``.
    """
    if isinstance(labels, str):
        raise UserError(f'labels must be a list of names, got {labels!r}')
    phrasings = _phrasings(labels)
    names = tuple(phrasings)
    for template in templates:
        if template.count(_PLACE) != 1:
            raise UserError(
                f'template {template!r}: wanted is a sentence with one '
                f'{_PLACE}, where the label goes'
            )
    if independent is True:
        independent = names
    alone = set(_known(independent or (), names, 'independent'))
    group_of = _group_of(groups, names)
    answers = LabelSpace(
        names=names,
        exclusive=tuple(name not in alone for name in names),
        groups=tuple(group_of[name] for name in names),
        texts=tuple(phrasings.values()),
    )
    if background is None:
        lonely = lonely_labels(answers)
        background = DEFAULT_BACKGROUND if lonely else ()
        background = [words for words in background if words not in names]
    space = answers.beside(background) if background else answers
    texts = tuple(_filled(each, templates) for each in space.texts)
    return replace(space, texts=texts)


def question_from_option(
    text: str,
    independent: bool = False,
    background: str = '',
    templates: Sequence[str] = (),
) -> LabelSpace:
    """Make a label space of a command line's options.

    Args:
        text: Of ``--labels``: as for :func:`.labels_from_option`, or a YAML
            file with the arguments of :func:`label_question`.
        independent: Of ``--independent``.
        background: Of ``--background``; as the labels.
        templates: Of ``--templates``.

    Raises:
        FileNotFoundError: If a file is missing.
        UserError: If one is faulty; see :func:`label_question`.
    """
    words = labels_from_option(background) if background else None
    if text.strip().lower().endswith(('.yaml', '.yml')):
        if independent or words or templates:
            raise UserError(
                f'{text} says all of the labels: write independent, '
                'background and templates into it'
            )
        return read_question(text.strip())
    labels = labels_from_option(text)
    return label_question(labels, (), independent, words, templates)


def read_question(path: str | Path) -> LabelSpace:
    """Read the arguments of :func:`label_question` from a YAML file.

    Raises:
        FileNotFoundError: If the file is missing.
        UserError: If it is faulty; the key is named.
    """
    told = read_yaml(resolve(path), _HINT)
    if not isinstance(told, dict) or 'labels' not in told:
        raise UserError(
            f'{path}: wanted is a mapping with the key labels, and perhaps '
            f'{", ".join(_KEYS[1:])}'
        )
    unknown = sorted(map(str, set(told) - set(_KEYS)))
    if unknown:
        raise UserError(
            f'{path}: unknown key {unknown[0]}; known: {", ".join(_KEYS)}'
        )
    for key, value in told.items():
        _require_words(f'{path}: {key}', value, key)
    try:
        return label_question(**told)
    except UserError as error:
        raise UserError(f'{path}: {error}') from error


def without_default_background(labels: LabelSpace) -> LabelSpace:
    """The labels, without words that nobody has asked for."""
    is_asked = set(labels.behind) - {*DEFAULT_BACKGROUND}
    return labels if is_asked else labels.answers


def lonely_labels(labels: LabelSpace) -> list[str]:
    """Exclusive labels that nothing competes with: certain by construction."""
    if any(labels.background):
        return []
    members: dict[int, list[str]] = {}
    for name, exclusive, group in zip(
        labels.names, labels.exclusive, labels.groups, strict=True
    ):
        if exclusive:
            members.setdefault(group, []).append(name)
    return [names[0] for names in members.values() if len(names) == 1]


def _phrasings(
    labels: Sequence[str] | Mapping[str, Sequence[str] | str],
) -> dict[str, tuple[str, ...]]:
    if not isinstance(labels, Mapping):
        LabelSpace(tuple(labels))  # refuses repeated names
        return {name: (name,) for name in labels}
    return {
        name: (texts,) if isinstance(texts, str) else tuple(texts)
        for name, texts in labels.items()
    }


def _group_of(
    groups: Sequence[Sequence[str]], names: Sequence[str]
) -> dict[str, int]:
    """Name -> number of its group; the last one is of those in none."""
    found = dict.fromkeys(names, len(groups))
    for index, group in enumerate(groups):
        for name in _known(group, names, 'groups'):
            if found[name] != len(groups):
                raise UserError(f'{name!r} is in two groups: leave it in one')
            found[name] = index
    return found


def _known(
    chosen: Sequence[str], names: Sequence[str], what: str
) -> Sequence[str]:
    for name in chosen:
        if name not in names:
            raise UserError(
                f'{what}: {name!r} is none of the labels: {", ".join(names)}'
            )
    return chosen


def _filled(
    phrasings: Sequence[str], templates: Sequence[str]
) -> tuple[str, ...]:
    if not templates:
        return tuple(phrasings)
    return tuple(t.replace(_PLACE, p) for t in templates for p in phrasings)


def _require_words(where: str, value: Any, key: str) -> None:
    """Refuse what is no list of texts, one level deeper for groups."""
    if key == 'independent' and isinstance(value, bool):
        return
    if key == 'labels' and isinstance(value, dict):
        for name, texts in value.items():
            _require_text(where, name)
            each = [texts] if isinstance(texts, str) else texts
            _require_words(f'{where}, {name}', each, 'texts')
        return
    if not isinstance(value, list):
        raise UserError(f'{where} wants a list, got {value!r:.60}')
    for item in value:
        if key == 'groups':
            _require_words(where, item, 'group')
        else:
            _require_text(where, item)


def _require_text(where: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise UserError(
            f'{where}: {value!r} is no text; put it in quotes if it is meant'
        )
