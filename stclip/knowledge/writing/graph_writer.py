"""Knowledge graphs of actions, asked of a language model.

Source: STDD, arXiv:2412.09895, and its released scripts: the graph at
temperature 0, then clauses for its triples at 0.7, in 1024 tokens each.
Differs: the words of the prompts are ours and ask for JSON, clauses are asked
for one kind of triples at a time, and every answer is checked.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from stclip.knowledge.attribute_check import stems
from stclip.knowledge.attributes import plain_name
from stclip.knowledge.knowledge_graph import RELATIONS, KnowledgeGraph, Triple
from stclip.knowledge.writing.answers import (
    find_object,
    find_texts,
    is_refusal,
)
from stclip.knowledge.writing.client import Answer, ChatRequest
from stclip.utils.errors import UserError

GRAPH_TEMPERATURE = 0.0
CLAUSE_TEMPERATURE = 0.7
MAX_TOKENS = 1024
# CLIP reads 77 tokens and cuts the rest off without a word.
_MAX_WORDS = 30
_GRAPH_PROMPT = """\
Someone recognises human actions in videos and wants to know what belongs to \
the action "{action}". Describe it by one JSON object with these keys:

"objects": the 5 to 8 most telling things, body parts and places that are \
seen;
"object_triples": 4 to 6 relations between two of these objects;
"action_triples": 4 to 6 relations between the action, or a movement that is \
part of it, and an object;
"sub_actions": the 3 to 6 steps of the action, in their order in time;
"sequence_triples": 3 to 6 relations in time between two of these steps.

Objects and steps are short texts. A relation is an array of three short \
texts, like ["letter", "lies in", "envelope"] for objects, ["folding", \
"creases", "letter"] for the action, ["folding the letter", "before", \
"closing the envelope"] for steps. Where the name of the action has several \
meanings, keep to one that people can be filmed at.

Answer with the JSON object."""
_CLAUSE_PROMPT = """\
The sentence "this is an example of {action}, ..." is to be completed so that \
it tells what is seen. Here are {number} relations {meaning}, one a line:

{triples}

For each of them, in this order, write one clause that completes the sentence \
with what the relation says, like "where a letter lies in an envelope". A \
clause has at most 12 words, differs from the others, and does not repeat the \
name of the action.

Answer with a JSON array of {number} texts."""
_MEANINGS = {
    'object': 'between objects of the action',
    'action': 'between the action and its objects',
    'sequence': 'in time between steps of the action',
}
_STRICTER = """
An earlier answer was of no use: {fault}. Keep to all that is asked above, \
and write the JSON and nothing else, neither before nor after it."""

Reading = TypeVar('Reading')


class GraphError(RuntimeError):
    """The model was asked twice and gave nothing to make a graph of."""


class GraphWriter:
    """Asks for knowledge graphs, class by class.

    Args:
        ask: Answers requests, or raises.
        model: Name of the model.
        seed: Of the sampling.
    """

    def __init__(
        self, ask: Callable[[ChatRequest], Answer], model: str, seed: int = 0
    ) -> None:
        self._ask = ask
        self._model = model
        self._seed = seed

    def write(
        self, dataset: str, class_id: int, class_name: str
    ) -> tuple[KnowledgeGraph, list[str]]:
        """Make the graph of a class.

        Args:
            dataset: Name of the label list.
            class_id: 0-based index in it.
            class_name: Name of the class.

        Returns:
            The graph, and a line for each kind of triples whose clauses did
            not match after a second question: what was kept, and why.

        Raises:
            ChatError: If the model cannot be asked.
            GraphError: If its answers cannot be used.
        """
        action = class_name.replace('_', ' ')

        def read(answer: Answer) -> tuple[KnowledgeGraph | None, str]:
            try:
                return _draft(answer, dataset, class_id, class_name), ''
            except ValueError as error:
                return None, str(error)

        prompt = _GRAPH_PROMPT.format(action=action)
        graph, fault = self._ask_twice(prompt, GRAPH_TEMPERATURE, read)[-1]
        if graph is None:
            raise GraphError(f'no graph: {fault}')
        notes = []
        for relation in RELATIONS:
            triples = getattr(graph, f'{relation}_triples')
            pairs, fault = self._clauses(action, relation, triples)
            fields = {
                f'{relation}_triples': tuple(pairs.values()),
                f'{relation}_clauses': tuple(pairs),
            }
            graph = replace(graph, **fields)
            if fault:
                notes.append(
                    f'{len(pairs)} of {len(triples)} {relation}_triples '
                    f'kept: {fault}'
                )
        return graph, notes

    def _clauses(
        self, action: str, relation: str, triples: Sequence[Triple]
    ) -> tuple[dict[str, Triple], str]:
        """Triples by their clauses, and what was wrong with the others."""
        prompt = _CLAUSE_PROMPT.format(
            action=action,
            number=len(triples),
            meaning=_MEANINGS[relation],
            triples='\n'.join(
                json.dumps(triple, ensure_ascii=False) for triple in triples
            ),
        )
        tries = self._ask_twice(
            prompt,
            CLAUSE_TEMPERATURE,
            lambda answer: _pair(triples, answer, action),
        )
        # Of equally many, those of the second answer.
        pairs, fault = max(
            reversed(tries), key=lambda attempt: len(attempt[0])
        )
        if not pairs:
            raise GraphError(f'no {relation}_clauses: {fault}')
        return pairs, fault

    def _ask_twice(
        self,
        prompt: str,
        temperature: float,
        read: Callable[[Answer], tuple[Reading, str]],
    ) -> list[tuple[Reading, str]]:
        """Ask, and once more if there was a fault; what was read each time."""
        tries: list[tuple[Reading, str]] = []
        while len(tries) < 2:
            text = prompt
            if tries:
                text += _STRICTER.format(fault=tries[0][1])
            answer = self._ask(
                ChatRequest(
                    self._model,
                    (('user', text),),
                    temperature,
                    MAX_TOKENS,
                    self._seed,
                )
            )
            tries.append(read(answer))
            if not tries[-1][1]:
                break
        return tries


def _draft(
    answer: Answer, dataset: str, class_id: int, class_name: str
) -> KnowledgeGraph:
    """The graph in an answer; its clauses are still to come.

    Raises:
        ValueError: If there is none, or a faulty one.
    """
    content = find_object(answer)
    if not content:
        refused = 'it refuses' if is_refusal(answer) else 'it holds no graph'
        raise UserError(f'{refused}, where a JSON object was asked for')
    fields: dict[str, tuple] = {}
    for key in ('objects', 'sub_actions'):
        texts = map(_tidy, _array(content.get(key), key))
        fields[key] = tuple(dict.fromkeys(texts))
    for relation in RELATIONS:
        key = f'{relation}_triples'
        triples = [
            tuple(map(_tidy, _array(triple, f'a triple of {key}')))
            for triple in _array(content.get(key), key)
        ]
        fields[key] = tuple(dict.fromkeys(triples))
        # Stand-ins let the graph be checked before clauses are asked for.
        fields[f'{relation}_clauses'] = tuple(map(str, fields[key]))
    return KnowledgeGraph(dataset, class_id, class_name, status='ok', **fields)


def _array(value: object, key: str) -> list:
    if not isinstance(value, list):
        raise UserError(f'{key} is no array')
    return value


def _tidy(text: object) -> str:
    """Single blanks, which a line of a file can hold, and whole signs."""
    if not isinstance(text, str):
        raise UserError(f'{text!r} is no text')
    return ' '.join(text.encode(errors='replace').decode().split())


def _pair(
    triples: Sequence[Triple], answer: Answer, action: str
) -> tuple[dict[str, Triple], str]:
    """Triples by the clauses that an answer gives, and all that is wrong."""
    clauses = [_tidy(text).strip(' .,;') for text in find_texts(answer)]
    pairs: dict[str, Triple] = {}
    faults = []
    if len(clauses) != len(triples):
        faults.append(
            f'{len(clauses)} clauses for {len(triples)} relations'
            f'{" in a refusal" if is_refusal(answer) else ""}'
        )
    for triple, clause in zip(triples, clauses, strict=False):
        if fault := _unfit(clause, action):
            faults.append(f'{clause!r} {fault}')
        elif clause in pairs:
            faults.append(f'{clause!r} is there twice')
        else:
            pairs[clause] = triple
    return pairs, '; '.join(faults)


def _unfit(clause: str, action: str) -> str:
    """Why a clause cannot be one; empty if it can."""
    if not clause:
        return 'is empty'
    if len(clause.split()) > _MAX_WORDS:
        return f'has more than {_MAX_WORDS} words'
    action_stems = stems(action)
    if action_stems:
        repeats = action_stems <= stems(clause)
    else:  # a name without Latin letters has no stems
        repeats = plain_name(action) in plain_name(clause)
    return 'repeats the name of the action' if repeats else ''
