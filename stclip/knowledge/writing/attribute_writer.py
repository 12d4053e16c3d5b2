"""Description attributes of actions, asked of a language model.

Source: DA-STI, arXiv:2510.27255, Sec. 3.2: five to ten keywords of a
description, at temperature 0.7, in 256 tokens. Differs: the words of the
prompt are ours, and ask for a JSON array; more keywords than one answer gives
come from three.
"""

from collections.abc import Callable
from typing import Any

from stclip.knowledge.attributes import MAX_KEYWORDS, AttributeRecord
from stclip.knowledge.writing.answers import is_refusal
from stclip.knowledge.writing.client import (
    Answer,
    ChatRequest,
    sha256,
    utc_now,
)
from stclip.knowledge.writing.descriptions import DescriptionSource
from stclip.knowledge.writing.keywords import (
    description_words,
    parse_array,
    select,
    split_answer,
)
from stclip.utils.errors import UserError

TEMPERATURE = 0.7
MAX_TOKENS = 256
_IN_ONE_ANSWER = 10
_NUM_SAMPLES = 3
_PROMPT = """\
Someone recognises human actions in videos and needs keywords for the action \
"{action}". Take the 5 to 10 most telling keywords from the description \
below, the best first: objects that are seen or used, motions, and the place \
or occasion. Where the description gives several meanings of a word, keep to \
the one that is meant by this action. Each keyword has one to three words and \
does not repeat the name of the action.

Description: {description}

Answer with a JSON array of strings."""
_STRICTER = """
Write the array and nothing else, neither before nor after it, like this: \
["first keyword", "second keyword"]"""


class AttributeWriter:
    """Asks for keywords, class by class.

    Args:
        ask: Answers requests, or raises.
        provider: Who answers, for the record.
        model: Name of the model.
        descriptions: Where descriptions come from.
        num_keywords: Keywords wanted for each class, at most 16.
        seed: Of the first sample; further ones count on.

    Raises:
        ValueError: If so many keywords cannot be kept.
    """

    def __init__(
        self,
        ask: Callable[[ChatRequest], Answer],
        provider: str,
        model: str,
        descriptions: DescriptionSource,
        num_keywords: int,
        seed: int = 0,
    ) -> None:
        if not 1 <= num_keywords <= MAX_KEYWORDS:
            raise UserError(
                f'expected 1 to {MAX_KEYWORDS} keywords, got {num_keywords}'
            )
        self._ask = ask
        self._llm = dict(
            provider=provider,
            model=model,
            temperature=TEMPERATURE,
            max_tokens=MAX_TOKENS,
            seed=seed,
        )
        self._descriptions = descriptions
        self._num_keywords = num_keywords

    def write(
        self, dataset: str, class_id: int, class_name: str
    ) -> AttributeRecord:
        """Make the record of a class.

        Its status is ``'ok'`` with as many keywords as wanted, ``'short'``
        with fewer, and ``'fallback'`` if the model gave none: then they are
        words of the description, or none if there is no description.

        Args:
            dataset: Name of the label list.
            class_id: 0-based index in it.
            class_name: Name of the class.

        Raises:
            ChatError: If the model cannot be asked.
        """
        description = self._descriptions.find(class_name)
        samples, answers = [], []
        if description:
            prompt = _PROMPT.format(action=class_name, description=description)
            one = self._num_keywords <= _IN_ONE_ANSWER
            for index in range(1 if one else _NUM_SAMPLES):
                seed = self._llm['seed'] + index
                sample, given = self._sample(prompt, seed)
                samples.append(sample)
                answers += given
        keywords, dropped = select(samples, class_name, self._num_keywords)
        status = 'ok' if len(keywords) == self._num_keywords else 'short'
        if not keywords:
            status = 'fallback'
            words = description_words(description)
            keywords, _ = select([words], class_name, self._num_keywords)
        source = self._descriptions.name if description else 'none'
        times = [answer.created for answer in answers]
        details: dict[str, Any] = dict(
            description=description,
            description_source=source,
            raw_responses=[answer.text for answer in answers],
            dropped=dropped,
            llm=self._llm,
            prompt_sha256=sha256(_PROMPT + _STRICTER),
            description_sha256=sha256(description),
            created=max(times, default=utc_now()),
        )
        return AttributeRecord(
            dataset, class_id, class_name, keywords, status, details
        )

    def _sample(
        self, prompt: str, seed: int
    ) -> tuple[list[str], list[Answer]]:
        """One list of keywords, and all that was answered for it."""
        answers = []
        for text in (prompt, prompt + _STRICTER):
            request = ChatRequest(
                self._llm['model'],
                (('user', text),),
                TEMPERATURE,
                MAX_TOKENS,
                seed,
            )
            answers.append(self._ask(request))
            if sample := parse_array(answers[-1]):
                return sample, answers
        usable = [a for a in answers if not is_refusal(a)]
        return (split_answer(usable[-1]) if usable else []), answers
