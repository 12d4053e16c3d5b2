"""Servers of live video for tests: a script says what each client gets."""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer

import av
import numpy as np
from PIL import Image

_BOUNDARY = b'frame'


class HttpServer:
    """Serves what a script writes, connection after connection.

    Args:
        script: Called with the number of the connection, from 0, gives the
            pieces of its answer.
        kind: Content-Type.
        length: Content-Length, as a file has one; None for a live picture.
    """

    def __init__(
        self,
        script: Callable[[int], Iterable[bytes]],
        kind: str = 'multipart/x-mixed-replace; boundary=frame',
        length: int | None = None,
    ) -> None:
        outer = self
        self.connections = 0
        # Set by the tear-down: scripts may wait for it to stall.
        self.over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                number = outer.connections
                outer.connections += 1
                self.send_response(200)
                self.send_header('Content-Type', kind)
                if length is not None:
                    self.send_header('Content-Length', str(length))
                self.end_headers()
                try:
                    for piece in script(number):
                        self.wfile.write(piece)
                except OSError:
                    pass  # the client has gone

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self._server.server_port}/live'
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,)
        ).start()

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


def mjpeg(frames: Iterable[np.ndarray]) -> Iterator[bytes]:
    """Pictures as cameras serve them, each whole when it is sent."""
    for frame in frames:
        file = io.BytesIO()
        Image.fromarray(frame).save(file, 'JPEG', quality=95)
        picture = file.getvalue()
        yield (
            b'--' + _BOUNDARY + b'\r\nContent-Type: image/jpeg\r\n'
            b'Content-Length: %d\r\n\r\n' % len(picture) + picture + b'\r\n'
        )


def transport_stream(frames: Iterable[np.ndarray], fps: int = 25) -> bytes:
    """An MPEG transport stream, as broadcasters send it."""
    file = io.BytesIO()
    with av.open(file, 'w', format='mpegts') as container:
        _encode(container, frames, fps)
    return file.getvalue()


def _encode(container, frames, fps, codec='mpeg2video', **options) -> None:
    frames = list(frames)
    stream = container.add_stream(codec, rate=fps, options=options)
    stream.height, stream.width = frames[0].shape[:2]
    stream.pix_fmt = 'yuv420p'
    for frame in frames:
        picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
        container.mux(stream.encode(picture))
    container.mux(stream.encode(None))


class _Packets:
    """What FFmpeg's RTP writer gives: a packet with each call."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []

    def write(self, packet: bytes) -> int:
        self.packets.append(bytes(packet))
        return len(packet)


def rtp_packets(frames: Iterable[np.ndarray], fps: int = 25) -> list[bytes]:
    """H.264 in packets of RTP."""
    sink = _Packets()
    options = dict(payload_type='96')
    with av.open(
        sink, 'w', format='rtp', options=options, buffer_size=1400
    ) as container:
        _encode(
            container,
            frames,
            fps,
            'libx264',
            **{'tune': 'zerolatency', 'x264-params': 'repeat-headers=1'},
        )
    # The others are reports of the sender.
    return [p for p in sink.packets if p[1] & 0x7F == 96]


class RtspServer:
    """As much of RTSP as a player needs, RTP within the connection.

    Args:
        packets: Of each connection, sent when it is to play; the connection
            is closed after them.
    """

    def __init__(self, packets: list[bytes]) -> None:
        outer = self
        self.connections = 0

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                while lines := outer.request(self.rfile):
                    method = lines[0].split()[0]
                    headers = dict(
                        line.split(': ', 1) for line in lines[1:] if line
                    )
                    self.wfile.write(outer.answer(method, headers))
                    if method == 'PLAY':
                        for packet in packets:
                            size = len(packet).to_bytes(2, 'big')
                            self.wfile.write(b'$\0' + size + packet)
                        return

        ThreadingTCPServer.allow_reuse_address = True
        self._server = ThreadingTCPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        port = self._server.server_address[1]
        self.url = f'rtsp://user:secret@127.0.0.1:{port}/cam'
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,)
        ).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @staticmethod
    def request(file) -> list[str]:
        lines = []
        while line := file.readline().decode().rstrip('\r\n'):
            lines.append(line)
        return lines

    def answer(self, method: str, headers: dict[str, str]) -> bytes:
        extra, body = '', ''
        if method == 'OPTIONS':
            extra = 'Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n'
        elif method == 'DESCRIBE':
            body = (
                'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=cam\r\nt=0 0\r\n'
                'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n'
                'a=fmtp:96 packetization-mode=1\r\na=control:track\r\n'
            )
            extra = (
                'Content-Type: application/sdp\r\n'
                f'Content-Length: {len(body)}\r\n'
            )
        elif method == 'SETUP':
            self.connections += 1
            extra = (
                'Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n'
                'Session: 1\r\n'
            )
        elif method == 'PLAY':
            extra = 'Session: 1\r\n'
        return (
            f'RTSP/1.0 200 OK\r\nCSeq: {headers["CSeq"]}\r\n{extra}\r\n{body}'
        ).encode()
