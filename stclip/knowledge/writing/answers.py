"""Contents of language models' answers: refusals, JSON between words."""

import json
import re
from typing import Any

from stclip.knowledge.writing.client import Answer

_REFUSAL = re.compile(
    r'\W*(?:i(?:\W?m| am) (?:sorry|unable|not able)|sorry|i apologi[sz]e'
    r'|i (?:cannot|can not|can\W?t|won\W?t|will not)|unfortunately|as an ai)'
    r'\b',
    re.IGNORECASE,
)
_WITHHELD = ('refusal', 'content_filter')


def spoken(answer: Answer) -> str:
    """The answer without the thoughts that some models write before it."""
    text = answer.text.rpartition('</think>')[2]
    return '' if '<think>' in text else text


def is_refusal(answer: Answer) -> bool:
    """Whether the model does not want to, or is not let."""
    if answer.finish_reason in _WITHHELD:
        return True
    return bool(_REFUSAL.match(spoken(answer)))


def find_texts(answer: Answer) -> list[str]:
    """The first JSON array of texts, whatever stands around it.

    Returns:
        The texts as they are; none if there is no such array.
    """
    if answer.finish_reason in _WITHHELD:
        return []
    for match in re.findall(r'\[[^][]*\]', spoken(answer)):
        try:
            texts = json.loads(match)
        except ValueError:
            continue
        if texts and all(isinstance(item, str) for item in texts):
            return texts
    return []


def find_object(answer: Answer) -> dict[str, Any]:
    """The first whole JSON object, whatever stands around it.

    Returns:
        The object; an empty one if there is none.
    """
    text = '' if answer.finish_reason in _WITHHELD else spoken(answer)
    decoder = json.JSONDecoder()
    start = text.find('{')
    while start >= 0:
        try:
            return decoder.raw_decode(text, start)[0]
        except json.JSONDecodeError as error:
            # From where it broke: every part is read once.
            start = text.find('{', max(error.pos, start + 1))
        except (RecursionError, ValueError):
            break  # nested too deep, or a number of thousands of digits
    return {}
