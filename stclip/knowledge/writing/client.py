"""A client of language models behind the OpenAI-compatible interface."""

import hashlib
import json
import logging
import math
import os
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from mmengine.logging import print_log
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
)

from stclip.utils.errors import UserError

KEY_VARIABLE = 'OPENAI_API_KEY'
#: Seconds before each retry, unless the server names its own.
BACKOFF_SEC = (1, 2, 4, 8, 16)
#: A server that wants more than this is not waited for.
LONGEST_WAIT_SEC = 600
#: Far more than any answer to our questions; what is longer is none.
LONGEST_ANSWER_BYTES = 4 * 2**20
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


class ChatClient:
    """Client of one server.

    The key is read from the environment variable ``OPENAI_API_KEY``, if that
    is set, and goes into the header of the requests only.

    Args:
        url: Base address with its version, ``http://127.0.0.1:8000/v1``.
        timeout_sec: How long an answer may take, from first to last byte.
        sleep: Waits for a number of seconds.

    Raises:
        UserError: If the address, the time or the key cannot be one, or the
            key would reach a proxy in plain text.
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
        self._key = os.environ.get(KEY_VARIABLE, '').strip()
        # http.client would print the key in its own complaint.
        if not _is_plain(self._key):
            raise UserError(
                f'{KEY_VARIABLE} holds a blank or a sign beyond ASCII, which '
                'no key has. Set it again.'
            )

        proxy = _proxy_of(self.url)
        if self._key and proxy and self.url.startswith('http:'):
            raise UserError(
                f'{KEY_VARIABLE} would go in plain text to the proxy {proxy}: '
                f'give an https address, or set NO_PROXY={self.host}'
            )
        self._http = httpx2.Client(
            proxy=proxy,
            # Neither other proxies nor passwords of ~/.netrc.
            trust_env=False,
            timeout=timeout_sec,
            # A packed answer could swell to any size.
            headers={'Accept-Encoding': 'identity'} | self._authorization(),
        )

    def ask(self, request: ChatRequest) -> Answer:
        """Get an answer; five retries if the server is busy or unreachable.

        Raises:
            ChatError: If it refuses the request or stays unreachable.
        """
        body = request.body()
        retrying = Retrying(
            stop=stop_after_attempt(1 + len(BACKOFF_SEC)),
            wait=self._wait_before_retry,
            retry=retry_if_exception_type(_PassingFault),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._ask_once, body)
        except _PassingFault as fault:
            raise ChatError(
                f'{self.url}: {fault}, {1 + len(BACKOFF_SEC)} times. {_LATER}'
            ) from None

    def close(self) -> None:
        """Give the connections back; no answer can be had any more."""
        self._http.close()

    def _authorization(self) -> dict[str, str]:
        if not self._key:
            return {}
        return {'Authorization': f'Bearer {self._key}'}

    def _wait_before_retry(self, state: RetryCallState) -> float:
        """Seconds to wait, which are told; for too many nobody waits."""
        fault = state.outcome.exception()
        if state.attempt_number > len(BACKOFF_SEC):
            return 0.0  # tenacity asks after the last attempt too
        wait = fault.wait_sec
        if wait is None:
            wait = BACKOFF_SEC[state.attempt_number - 1]
        if wait > LONGEST_WAIT_SEC:
            raise ChatError(
                f'{self.url}: {fault}. It wants no other request for '
                f'{wait:g} s; start the same command again then.'
            )
        print_log(
            f'{self.url}: {fault}; asked again in {wait:g} s',
            'current',
            logging.WARNING,
        )
        return wait

    def _ask_once(self, body: dict[str, Any]) -> Answer:
        try:
            status, headers, content = self._post(body)
        except httpx2.TimeoutException:
            raise _PassingFault(
                f'no answer within {self.timeout_sec:g} s'
            ) from None
        except httpx2.HTTPError as error:
            raise _PassingFault(str(error) or repr(error)) from None
        text = self._excerpt(content.decode(errors='replace'))
        if status == 429 or status >= 500:
            raise _PassingFault(
                f'HTTP {status}, {text}', _retry_after(headers)
            )
        if status != 200:
            hint = _HINTS.get(status, _HINT)
            if status < 400:
                hint = 'Give the address that it points to.'
            raise ChatError(f'{self.url}: HTTP {status}, {text}. {hint}')
        try:
            return _as_answer(json.loads(content))
        except _MALFORMED:
            raise _PassingFault(f'no chat completion in {text}') from None

    def _post(
        self, body: dict[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and content; of errors no more than is shown."""
        end = time.monotonic() + self.timeout_sec
        content = bytearray()
        with self._http.stream('POST', self.url, json=body) as response:
            try:
                for part in response.iter_raw():
                    content += part
                    # The timeout of sockets starts anew with every byte.
                    if time.monotonic() > end:
                        raise httpx2.ReadTimeout('the whole answer')
                    if len(content) > LONGEST_ANSWER_BYTES:
                        raise ChatError(
                            f'{self.url}: the answer is longer than '
                            f'{LONGEST_ANSWER_BYTES} bytes, so it is no chat '
                            'completion. Check the address.'
                        )
            except (httpx2.NetworkError, httpx2.ProtocolError):
                if response.status_code == 200:
                    raise
                content += b' ... cut off'
        return response.status_code, response.headers, bytes(content)

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
    return datetime.now(UTC).isoformat(timespec='seconds')


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


def _proxy_of(url: str) -> str | None:
    """Proxy that the environment names for an address, or None."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    return proxies.get(parts.scheme) or proxies.get('all')


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


def _retry_after(headers: Mapping[str, str]) -> float | None:
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
            then = then.replace(tzinfo=UTC)
        seconds = (then - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
