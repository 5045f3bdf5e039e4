"""The server's half of RFC 6455: handshake, and frames in and out."""

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from enum import IntEnum
from io import BufferedIOBase
from typing import Final

_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_MAX_FRAME: Final = 1_000_000


class Opcode(IntEnum):
    """RFC 6455, section 5.2."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class ProtocolError(Exception):
    """The other side does not keep to RFC 6455."""


def accept_key(key: str) -> str:
    """What Sec-WebSocket-Accept answers to a Sec-WebSocket-Key (section 4.2.2)."""
    digest = hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def frame(opcode: Opcode, payload: bytes) -> bytes:
    """One final, unmasked frame, as servers send them."""
    length = len(payload)
    head = bytes([0x80 | opcode])
    if length < 126:
        return head + bytes([length]) + payload
    if length < 65_536:
        return head + struct.pack("!BH", 126, length) + payload
    return head + struct.pack("!BQ", 127, length) + payload


def messages(stream: BufferedIOBase) -> Iterator[tuple[Opcode, bytes]]:
    """Whole messages and control frames, until the stream ends.

    Raises:
        ProtocolError: an unmasked, oversized or unknown frame.
    """
    parts: list[bytes] = []
    first = Opcode.TEXT
    while (read := _read_frame(stream)) is not None:
        final, opcode, payload = read
        if opcode in {Opcode.CLOSE, Opcode.PING, Opcode.PONG}:
            yield opcode, payload
            continue
        if opcode is not Opcode.CONTINUATION:
            first, parts = opcode, []
        parts.append(payload)
        if final:
            yield first, b"".join(parts)
            parts = []


def _read_frame(stream: BufferedIOBase) -> tuple[bool, Opcode, bytes] | None:
    head = stream.read(2)
    if len(head) < 2:
        return None
    length = head[1] & 0x7F
    if length == 126:
        (length,) = struct.unpack("!H", _exactly(stream, 2))
    elif length == 127:
        (length,) = struct.unpack("!Q", _exactly(stream, 8))
    if not head[1] & 0x80:
        raise ProtocolError("a client's frame must be masked")
    if length > _MAX_FRAME:
        raise ProtocolError("frame too large")
    mask = _exactly(stream, 4)
    body = _exactly(stream, length)
    unmasked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))
    try:
        return bool(head[0] & 0x80), Opcode(head[0] & 0x0F), unmasked
    except ValueError as error:
        raise ProtocolError("unknown opcode") from error


def _exactly(stream: BufferedIOBase, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise ProtocolError("the stream ended inside a frame")
    return data


class Connection:
    """One client's WebSocket."""

    def __init__(self, stream: BufferedIOBase, sock: socket.socket) -> None:
        self._stream = stream
        self._sock = sock
        self._lock = threading.Lock()

    def messages(self) -> Iterator[tuple[Opcode, bytes]]:
        """What the client sends; ends with the connection."""
        try:
            yield from messages(self._stream)
        except (OSError, ValueError, ProtocolError):
            return  # cut off in the middle: as good as closed

    def send(self, opcode: Opcode, payload: bytes) -> bool:
        """Whether the frame could be handed to the network."""
        try:
            with self._lock:
                self._sock.sendall(frame(opcode, payload))
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Close without ceremony: the client sees the stream end."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # already closed
