"""Who is on the page: sessions by token, and what tells them of changes."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncGenerator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stclip.page.limits import Limits
from stclip.page.models import Models
from stclip.page.session import Session
from stclip.page.work_queue import WorkQueue
from stclip.utils.errors import UserError

# Seconds from one message to the next at least, and at most.
_SHORTEST, _LONGEST = 0.1, 10.0


class UnknownVisitor(Exception):
    """Nobody has such a token (any more)."""


class Visitor:
    """A session and the pages that show it.

    Args:
        session: The session.
        loop: What the server runs in.
    """

    def __init__(
        self, session: Session, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.session = session
        self._loop = loop
        self._pages: set[asyncio.Event] = set()

    @property
    def is_here(self) -> bool:
        """Whether a page is open."""
        return bool(self._pages)

    def tell(self) -> None:
        """Wake up all pages; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for changed in self._pages:
            changed.set()

    @contextmanager
    def page(self) -> Any:
        """A page is open inside the block; gives what wakes it."""
        changed = asyncio.Event()
        self._pages.add(changed)
        try:
            yield changed
        finally:
            self._pages.discard(changed)

    async def states(self) -> AsyncGenerator[dict[str, Any], None]:
        """The session's state now and whenever it changes."""
        with self.page() as changed:
            while not self.session.is_closed:
                changed.clear()
                yield self.session.state()
                await asyncio.sleep(_SHORTEST)
                try:
                    await asyncio.wait_for(changed.wait(), _LONGEST)
                except TimeoutError:
                    continue  # tells that the server is there


class Visitors:
    """All visitors, who share models and one queue.

    Args:
        folder: A private one.
        models: What is offered.
        limits: What may be asked for.
    """

    def __init__(self, folder: Path, models: Models, limits: Limits) -> None:
        self.folder, self.models, self.limits = folder, models, limits
        self._here: dict[str, Visitor] = {}
        self._queue = WorkQueue(limits.max_waiting, self._tell_all)

    def enter(self) -> str:
        """A new visitor's token, which nobody can guess.

        Raises:
            UserError: If too many are here.
        """
        if len(self._here) >= self.limits.max_users:
            raise UserError(
                f'{len(self._here)} pages are open already: close one, or '
                'come back in a while'
            )
        loop = asyncio.get_running_loop()
        token = secrets.token_urlsafe(24)
        session = Session(
            Path(tempfile.mkdtemp(dir=self.folder)),
            self.models,
            self._queue,
            self.limits,
        )
        visitor = self._here[token] = Visitor(session, loop)
        session.on_change = visitor.tell
        self.expect(token)
        return token

    def get(self, token: str) -> Visitor:
        """A visitor.

        Raises:
            UnknownVisitor: If there is none of that token (any more).
        """
        if token not in self._here:
            raise UnknownVisitor
        return self._here[token]

    def expect(self, token: str) -> None:
        """Let a visitor go whose page is not open after a while."""

        def look() -> None:
            visitor = self._here.get(token)
            if visitor is not None and not visitor.is_here:
                self.leave(token)

        loop = asyncio.get_running_loop()
        loop.call_later(self.limits.leave_sec, look)

    def leave(self, token: str) -> None:
        """Stop what is done for a visitor, and remove all files."""
        visitor = self._here.pop(token, None)
        if visitor is not None:
            visitor.session.close()
            visitor.tell()

    def close(self) -> None:
        """Let all go, and wait for the end of the work."""
        for token in list(self._here):
            self.leave(token)
        self._queue.close()

    def _tell_all(self) -> None:
        for visitor in list(self._here.values()):
            visitor.tell()
