"""A file of answers that were paid for once."""

import json
from pathlib import Path
from typing import BinaryIO

from stclip.knowledge.writing.client import Answer, ChatClient, ChatRequest
from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import UserError


class AnswerCache:
    """Answers by request, in a file that only grows.

    A line for each, written when the answer comes: a killed run loses none.

    Args:
        path: JSON-lines file; made with the first answer.

    Raises:
        ValueError: If a line is damaged; it is named.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._file: BinaryIO | None = None
        self._answers = self._read()

    def _read(self) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        lines = self._whole_lines().splitlines()
        for line_num, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                answers[entry['key']] = Answer(**entry['answer'])
            except (KeyError, TypeError, ValueError) as error:
                raise UserError(
                    f'{self.path}, line {line_num} holds no answer. Remove '
                    'the line; what it answered is then asked again.'
                ) from error
        return answers

    def _whole_lines(self) -> bytes:
        """The file without the line that a killed process began."""
        if not self.path.exists():
            return b''
        content = self.path.read_bytes()
        return content[: content.rfind(b'\n') + 1]

    def get(self, request: ChatRequest) -> Answer | None:
        """The answer to an equal request, if there was one."""
        return self._answers.get(request.key())

    def add(self, request: ChatRequest, answer: Answer) -> None:
        """Keep an answer."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            whole = len(self._whole_lines())
            self._file = self.path.open('ab')
            self._file.truncate(whole)
        key = request.key()
        entry = dict(key=key, request=request.body(), answer=vars(answer))
        with told_if_full(self.path):
            self._file.write(json.dumps(entry).encode() + b'\n')
            self._file.flush()
        self._answers[key] = answer

    def close(self) -> None:
        """Close the file; another answer would open it again."""
        if self._file is not None:
            with told_if_full(self.path):
                self._file.close()
            self._file = None


class CachedChat:
    """A client that asks nothing twice.

    Args:
        client: Who is asked.
        cache: What was answered before, by whatever server.
    """

    def __init__(self, client: ChatClient, cache: AnswerCache) -> None:
        self._client = client
        self._cache = cache

    def ask(self, request: ChatRequest) -> Answer:
        """Return the answer kept, or get and keep one.

        Raises:
            ChatError: If the server gives none.
        """
        answer = self._cache.get(request)
        if answer is None:
            answer = self._client.ask(request)
            self._cache.add(request, answer)
        return answer
