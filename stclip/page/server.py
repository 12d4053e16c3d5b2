"""The server of the page: its address, its start and its end."""

import errno
import logging
import os
import socket
from collections.abc import Callable

import uvicorn
from mmengine.logging import print_log

from stclip.page.app import Page
from stclip.page.limits import Limits
from stclip.page.models import Models
from stclip.utils.errors import UserError

_HERE = ('localhost', '127.0.0.1')
# Open pages are cut off that long after Ctrl-C.
_LAST_SECONDS = 1


def bind(host: str, port: int) -> socket.socket:
    """Take an address.

    Args:
        host: Name or address of this machine.
        port: 0 for any that is free.

    Raises:
        UserError: If it cannot be had.
    """
    if not host.strip():
        raise UserError('the host is empty: give another --host, or none')
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen()
    except OSError as error:
        taken.close()
        reason = os.strerror(error.errno) if error.errno else error
        mend = 'give another --host'
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            mend = 'give another --port, or --port 0 for any free one'
        raise UserError(
            f'{host}:{port} cannot be served ({reason}); {mend}'
        ) from error
    return taken


def make_server(page: Page) -> uvicorn.Server:
    """A server; ``run(sockets=[bind(...)])`` starts it."""
    config = uvicorn.Config(
        page.app(),
        log_level='warning',
        timeout_graceful_shutdown=_LAST_SECONDS,
        server_header=False,
    )
    return uvicorn.Server(config)


def serve(
    models: Models,
    limits: Limits,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
) -> None:
    """Serve the page until Ctrl-C.

    Args:
        models: What is offered.
        limits: What may be asked for.
        host: See :func:`bind`.
        port: Likewise.
        on_ready: Called with the page's address.

    Raises:
        UserError: If the address cannot be had.
    """
    taken = bind(host, port)
    address, port = taken.getsockname()
    is_here = address.startswith('127.')
    if not is_here:
        message = (
            f'whoever reaches {host} can use this page: it asks for no '
            'password and nothing is encrypted; leave out --host to serve '
            'this machine alone'
        )
        print_log(message, 'current', logging.WARNING)
    on_ready(f'http://{host}:{port}')
    hosts = (*_HERE, host) if is_here else ('*',)
    make_server(Page(models, limits, hosts)).run(sockets=[taken])
