"""A client of language models behind the OpenAI-compatible interface."""

import hashlib
import http.client
import json
import logging
import math
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from mmengine.logging import print_log

from stclip.utils.errors import UserError

KEY_VARIABLE = 'OPENAI_API_KEY'
#: Seconds before each retry, unless the server names its own.
BACKOFF_SEC = (1, 2, 4, 8, 16)
#: A server that wants more than this is not waited for.
LONGEST_WAIT_SEC = 600
_PATH = '/chat/completions'
_HINTS = {
    401: f'Set the environment variable {KEY_VARIABLE}.',
    403: f'Set the environment variable {KEY_VARIABLE}.',
    404: 'Check the name of the model, and give the base address with its '
    'version, such as http://127.0.0.1:8000/v1.',
}
_HINT = 'The server or the model does not take this request.'
_MALFORMED = (
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_LATER = 'Check address and server, and start the same command again.'


@dataclass(frozen=True)
class ChatRequest:
    """One question, with everything that the answer depends on.

    Args:
        model: Name of the model, as the server knows it.
        messages: Role (``'system'``, ``'user'`` or ``'assistant'``) and text
            of each message so far.
        temperature: 0 for the likeliest words, larger for more diverse ones.
        max_tokens: Where the answer is cut off.
        seed: Tells samples apart, and repeats them where servers can.
    """

    model: str
    messages: tuple[tuple[str, str], ...]
    temperature: float
    max_tokens: int
    seed: int

    def body(self) -> dict[str, Any]:
        """The request as the interface wants it."""
        return dict(
            model=self.model,
            messages=[dict(role=r, content=text) for r, text in self.messages],
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            seed=self.seed,
        )

    def key(self) -> str:
        """SHA-256 of the request; equal for equal questions only."""
        return sha256(json.dumps(self.body(), sort_keys=True))


@dataclass(frozen=True)
class Answer:
    """What came back.

    Args:
        text: The answer, which may be empty.
        finish_reason: Why it ends: ``'stop'``, ``'length'`` if it was cut
            off, ``'content_filter'``, ``'refusal'``.
        created: When it came, in ISO 8601, UTC.
    """

    text: str
    finish_reason: str
    created: str


class ChatError(RuntimeError):
    """The server gave no answer; the message tells what to do."""


class _PassingFault(Exception):
    """A fault that another try may not meet.

    Args:
        reason: What happened.
        wait_sec: For how long the server wants to be left alone.
    """

    def __init__(self, reason: str, wait_sec: float | None = None) -> None:
        super().__init__(reason)
        self.wait_sec = wait_sec


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects would carry the key to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class ChatClient:
    """Client of one server.

    The key is read from the environment variable ``OPENAI_API_KEY``, if that
    is set, and goes into the header of the requests only.

    Args:
        url: Base address with its version, ``http://127.0.0.1:8000/v1``.
        timeout_sec: How long an answer may take, from first to last byte.
        sleep: Waits for a number of seconds.

    Raises:
        ValueError: If the address, the time or the key cannot be one.
    """

    def __init__(
        self,
        url: str,
        timeout_sec: float = 120,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.host = _host_of(url)
        base = url.rstrip('/').removesuffix(_PATH)
        self.url = f'{base}{_PATH}'
        if not timeout_sec > 0:
            raise UserError(f'no answer can come within {timeout_sec:g} s')
        self.timeout_sec = timeout_sec
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._key = os.environ.get(KEY_VARIABLE, '').strip()
        # http.client would print the key in its own complaint.
        if not _is_plain(self._key):
            raise UserError(
                f'{KEY_VARIABLE} holds a blank or a sign beyond ASCII, which '
                'no key has. Set it again.'
            )

    def ask(self, request: ChatRequest) -> Answer:
        """Get an answer; five retries if the server is busy or unreachable.

        Raises:
            ChatError: If it refuses the request or stays unreachable.
        """
        body = json.dumps(request.body()).encode()
        for backoff in (*BACKOFF_SEC, None):
            try:
                return self._ask_once(body)
            except _PassingFault as fault:
                reason, wait = str(fault), fault.wait_sec
            if backoff is None:
                break
            wait = backoff if wait is None else wait
            if wait > LONGEST_WAIT_SEC:
                raise ChatError(
                    f'{self.url}: {reason}. It wants no other request for '
                    f'{wait:g} s; start the same command again then.'
                )
            print_log(
                f'{self.url}: {reason}; asked again in {wait:g} s',
                'current',
                logging.WARNING,
            )
            self._sleep(wait)
        raise ChatError(
            f'{self.url}: {reason}, {1 + len(BACKOFF_SEC)} times. {_LATER}'
        )

    def _ask_once(self, body: bytes) -> Answer:
        try:
            content = self._post(body)
        except urllib.error.HTTPError as error:
            with error:
                reason = f'HTTP {error.code}, {self._excerpt_of(error)}'
            if error.code == 429 or error.code >= 500:
                wait_sec = _retry_after(error.headers)
                raise _PassingFault(reason, wait_sec) from None
            hint = _HINTS.get(error.code, _HINT)
            if error.code < 400:
                hint = 'Give the address that it points to.'
            raise ChatError(f'{self.url}: {reason}. {hint}') from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, 'reason', error)
            if isinstance(reason, TimeoutError):
                reason = f'no answer within {self.timeout_sec:g} s'
            raise _PassingFault(str(reason) or repr(reason)) from None
        try:
            return _as_answer(json.loads(content))
        except _MALFORMED:
            text = content.decode(errors='replace')
            raise _PassingFault(
                f'no chat completion in {self._excerpt(text)}'
            ) from None

    def _post(self, body: bytes) -> bytes:
        headers = {'Content-Type': 'application/json'}
        if self._key:
            headers['Authorization'] = f'Bearer {self._key}'
        request = urllib.request.Request(self.url, body, headers)
        end = time.monotonic() + self.timeout_sec
        parts = []
        with self._opener.open(request, timeout=self.timeout_sec) as response:
            # The timeout of sockets starts anew with every byte.
            while part := response.read1():
                parts.append(part)
                if time.monotonic() > end:
                    raise TimeoutError
        return b''.join(parts)

    def _excerpt_of(self, error: urllib.error.HTTPError) -> str:
        try:
            return self._excerpt(error.read(4096).decode(errors='replace'))
        except (OSError, http.client.HTTPException):
            return 'its text cut off'

    def _excerpt(self, text: str) -> str:
        """The start of a server's text, where it may quote the key."""
        if self._key:
            text = text.replace(self._key, '***')
        return repr(' '.join(text.split())[:300])


def sha256(text: str) -> str:
    """Hexadecimal digest of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def utc_now() -> str:
    """The time in ISO 8601, to the second."""
    return datetime.now(timezone.utc).isoformat(timespec='seconds')


def _is_plain(text: str) -> bool:
    """Whether it may stand in a header: ASCII without blanks."""
    return all('!' <= sign <= '~' for sign in text)


def _host_of(url: str) -> str:
    """Host and port; addresses that carry secrets are not even quoted."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ('http', 'https') and parts.hostname
        good = good and parts.port != 0 and _is_plain(url)
    except ValueError:
        good = False
    if not good or '@' in parts.netloc or parts.query or parts.fragment:
        raise UserError(
            'the address of the language model must look like '
            'http://127.0.0.1:8000/v1, without user, password or query; a '
            f'key belongs into the environment variable {KEY_VARIABLE}'
        )
    return parts.netloc


def _as_answer(content: Any) -> Answer:
    choice = content['choices'][0]
    message = choice['message']
    reason = choice.get('finish_reason') or ''
    text = message.get('content') or ''
    if message.get('refusal'):
        text, reason = message['refusal'], 'refusal'
    if not isinstance(text, str) or not isinstance(reason, str):
        raise TypeError
    # Halves of surrogate pairs could not be written to a file.
    text = text.encode(errors='replace').decode()
    return Answer(text, reason, utc_now())


def _retry_after(headers: Message) -> float | None:
    """Seconds that the server wants to pass; it may name a time instead."""
    value = headers.get('Retry-After', '')
    try:
        seconds = float(value)
    except ValueError:
        try:
            then = parsedate_to_datetime(value)
        except ValueError:
            return None
        if then.tzinfo is None:
            then = then.replace(tzinfo=timezone.utc)
        seconds = (then - datetime.now(timezone.utc)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
