"""HTTP in front of the sessions; the only part that knows of it.

No address of a request is a path: files go by the names of forms, uploads
are named anew, and who asks is told by a token that nobody can guess.
"""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
from mmengine.logging import print_log
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stclip.apis.person_relevance import SeenPicture
from stclip.page.exports import all_files
from stclip.page.limits import MAX_REQUEST, Limits
from stclip.page.models import Models
from stclip.page.question import Question
from stclip.page.sample import SAMPLE_LABELS, sample_video
from stclip.page.session import Session
from stclip.page.visitors import UnknownVisitor, Visitor, Visitors
from stclip.utils.disk_space import told_if_full
from stclip.utils.errors import UserError
from stclip.utils.private_folder import private_folder

_STATIC = Path(__file__).parent / 'static'
_STATIC_FILES = {
    '/': ('page.html', 'text/html'),
    '/page.js': ('page.js', 'text/javascript'),
    '/player.js': ('player.js', 'text/javascript'),
    '/page.css': ('page.css', 'text/css'),
}
# Pages of others cannot set it without being asked for leave first.
_OWN_HEADER = 'x-stclip'
_HEADERS = {
    'content-security-policy': (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; media-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
}
# Side in px that pictures of heat are enlarged to.
_HEAT_PX = 336
# What names of folders of uploads begin with.
_FOLDER = 'stclip-serve-'


class TooLarge(Exception):
    """A request has more bytes than it may."""


@dataclass
class Page:
    """What the addresses of the page do.

    Args:
        models: What is offered.
        limits: What may be asked for.
        hosts: By which names the server may be asked; others are refused, so
            that no page of another site can lead its users here.
        parent: Where the private folder is made; None for the system's place.
    """

    models: Models
    limits: Limits
    hosts: Sequence[str] = ('localhost', '127.0.0.1')
    parent: Path | None = None
    visitors: Visitors = field(init=False)

    def app(self) -> Starlette:
        """The application, to be run by a server."""
        routes = [Route(path, self._static) for path in _STATIC_FILES]
        routes.append(Route('/api/enter', self._enter, methods=['POST']))
        for name, method, action in (
            ('events', 'GET', self._events),
            ('video', 'PUT', self._upload),
            ('sample', 'POST', self._sample),
            ('ask', 'POST', self._ask),
            ('stop', 'POST', self._stop),
            ('answer', 'GET', self._answer),
            ('film', 'GET', self._film),
            ('moment', 'POST', self._moment),
            ('why', 'POST', self._why),
            ('draw', 'POST', self._draw),
            ('files/{form}/{index:int}', 'GET', self._file),
            ('leave', 'POST', self._leave),
        ):
            path = f'/api/{{token}}/{name}'
            routes.append(Route(path, action, methods=[method]))
        return Starlette(
            routes=routes,
            lifespan=self._lifespan,
            middleware=[
                Middleware(_OwnHeaders),
                Middleware(
                    TrustedHostMiddleware, allowed_hosts=list(self.hosts)
                ),
            ],
            exception_handlers={
                UserError: _refuse,
                TooLarge: _refuse_size,
                UnknownVisitor: _unknown,
                ClientDisconnect: _gone,
                OSError: _refuse,
                Exception: _fault,
            },
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        with private_folder(_FOLDER, self.parent) as folder:
            self.visitors = Visitors(folder, self.models, self.limits)
            try:
                yield
            finally:
                await run_in_threadpool(self.visitors.close)

    def _visitor(self, request: Request) -> Visitor:
        return self.visitors.get(request.path_params['token'])

    def _session(self, request: Request) -> Session:
        return self._visitor(request).session

    async def _static(self, request: Request) -> Response:
        name, kind = _STATIC_FILES[request.url.path]
        return FileResponse(_STATIC / name, media_type=kind)

    async def _enter(self, request: Request) -> Response:
        if _OWN_HEADER not in request.headers:
            raise UserError('load the page of this server')
        return JSONResponse(
            dict(
                token=self.visitors.enter(),
                models=[
                    dict(name=name, told=self.models.told[name])
                    for name in self.models.names
                ],
                files=all_files(),
                sample_labels=SAMPLE_LABELS,
                max_mb=self.limits.max_mb,
                max_seconds=self.limits.max_seconds,
            )
        )

    async def _events(self, request: Request) -> Response:
        """The state, whenever it changes; the page is open until it ends."""
        visitor = self._visitor(request)
        token = request.path_params['token']

        async def lines() -> AsyncIterator[str]:
            try:
                # Closed here, so that the page counts as open no longer
                # when its visitor is looked for.
                async with aclosing(visitor.states()) as states:
                    async for state in states:
                        yield f'data: {json.dumps(state)}\n\n'
            finally:
                self.visitors.expect(token)

        return StreamingResponse(lines(), media_type='text/event-stream')

    async def _upload(self, request: Request) -> Response:
        limit = self.limits.max_bytes
        stated = request.headers.get('content-length', '')
        if stated.isdigit() and int(stated) > 2 * limit:
            raise TooLarge(limit)
        name = request.query_params.get('name', '')
        try:
            session = self._session(request)
            path = await run_in_threadpool(session.place_for_upload, name)
        except (UserError, UnknownVisitor):
            async for _ in _heard(request, 2 * limit):
                pass
            raise
        try:
            with told_if_full(path), path.open('xb') as file:
                size = 0
                async for chunk in _heard(request, 2 * limit):
                    size += len(chunk)
                    if size <= limit:
                        file.write(chunk)
            if size > limit:
                raise TooLarge(limit)
            await run_in_threadpool(session.take_video, path)
        except BaseException:
            session.discard(path)
            raise
        return JSONResponse({})

    async def _sample(self, request: Request) -> Response:
        session = self._session(request)
        folder = self.visitors.folder / 'sample'
        video = await run_in_threadpool(sample_video, folder)
        await run_in_threadpool(session.take_video, video)
        return JSONResponse({})

    async def _ask(self, request: Request) -> Response:
        session = self._session(request)
        session.ask(Question.of(await _values(request)))
        return JSONResponse({})

    async def _stop(self, request: Request) -> Response:
        await run_in_threadpool(self._session(request).cancel)
        return JSONResponse({})

    async def _answer(self, request: Request) -> Response:
        answer = self._session(request).require_answer()
        return JSONResponse(await run_in_threadpool(answer.to_json))

    async def _film(self, request: Request) -> Response:
        film = self._session(request).film
        if not film.is_file():
            raise UserError('give a video first')
        return FileResponse(film, media_type='video/mp4')

    async def _moment(self, request: Request) -> Response:
        answer = self._session(request).require_answer()
        told = await _values(request)
        moment = answer.moment(told.get('person'), _part(told))
        return JSONResponse(answer.moment_to_json(moment))

    async def _why(self, request: Request) -> Response:
        session = self._session(request)
        told = await _values(request)
        asked = session.explain(
            told.get('person'), _part(told), told.get('label')
        )
        pictures = await asyncio.wrap_future(asked)
        values = await run_in_threadpool(lambda: [*map(_shown, pictures)])
        return JSONResponse(values)

    async def _draw(self, request: Request) -> Response:
        self._session(request).draw()
        return JSONResponse({})

    async def _file(self, request: Request) -> Response:
        params = request.path_params
        path = await run_in_threadpool(
            self._session(request).export, params['form'], params['index']
        )
        return FileResponse(path, filename=path.name)

    async def _leave(self, request: Request) -> Response:
        token = request.path_params['token']
        await run_in_threadpool(self.visitors.leave, token)
        return JSONResponse({})


class _OwnHeaders:
    """Says to browsers what a page from here may do.

    Args:
        app: Answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Add headers to every response."""
        own = [(k.encode(), v.encode()) for k, v in _HEADERS.items()]

        async def send_more(message: Message) -> None:
            if message['type'] == 'http.response.start':
                message['headers'] = [*message['headers'], *own]
            await send(message)

        await self.app(scope, receive, send_more)


async def _heard(request: Request, most: int) -> AsyncIterator[bytes]:
    """What a browser sends, until it is more than ``most`` bytes.

    Who still sends does not hear an answer: the connection would be reset.
    """
    size = 0
    async for chunk in request.stream():
        yield chunk
        size += len(chunk)
        if size > most:
            return


async def _values(request: Request) -> dict[str, Any]:
    """The JSON object of a request's body."""
    body = b''
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_REQUEST:
            raise TooLarge(MAX_REQUEST)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UserError('the request is no JSON') from error
    if not isinstance(told, dict):
        raise UserError('the request is no JSON object')
    return told


def _part(told: dict[str, Any]) -> float:
    part = told.get('part')
    if not isinstance(part, int | float) or not 0 <= part <= 1:
        raise UserError('part must be a number in [0, 1]')
    return float(part)


def _shown(picture: SeenPicture) -> dict[str, str]:
    """A picture as an address that holds it."""
    drawn = cv2.resize(
        picture.drawn(), (_HEAT_PX,) * 2, interpolation=cv2.INTER_CUBIC
    )
    _, data = cv2.imencode('.jpg', drawn[..., ::-1])
    text = base64.b64encode(data.tobytes()).decode()
    return dict(told=picture.told, src=f'data:image/jpeg;base64,{text}')


def _line(error: Exception, status: int) -> Response:
    return JSONResponse(
        dict(error=' '.join(str(error).split())),
        status,
        {'connection': 'close'},
    )


async def _refuse(request: Request, error: Exception) -> Response:
    if isinstance(error, OSError) and not isinstance(error, UserError):
        return await _fault(request, error)
    return _line(error, 400)


async def _refuse_size(request: Request, error: Exception) -> Response:
    megabytes = error.args[0] / 10**6
    return _line(UserError(f'larger than {megabytes:g} MB: make it less'), 413)


async def _unknown(request: Request, error: Exception) -> Response:
    return _line(UserError('this page was left: load it again'), 404)


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=400)


async def _fault(request: Request, error: Exception) -> Response:
    print_log(f'{request.url.path}: {error!r}', 'current', logging.ERROR)
    return _line(UserError('something went wrong here'), 500)
