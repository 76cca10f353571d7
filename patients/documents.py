"""Printed matter: a template of `templates/documents/` and plain data into one PDF.

Data travel as JSON and are read by the template as values, so nothing that somebody typed is ever
markup. The work is done by a process of its own, which gets no settings and no secrets and is ended
when it takes too long. Documents are tagged and keep to PDF/UA-1; where no font at hand has a sign
that somebody's name needs, the same document is made without that promise.
"""

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates" / "documents"
TIME_LIMIT_SECONDS: Final = 15.0
MAX_BYTES: Final = 2_000_000

# what stands before each answer: how it went, how many bytes follow
_HEAD: Final = struct.Struct(">cI")
_TAGGED, _PLAIN, _FAILED = b"u", b"p", b"!"


class DocumentFailed(Exception):
    """No document was made; the text is for the log, not for people."""


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF; `is_accessible` when it keeps to PDF/UA-1."""

    content: bytes
    is_accessible: bool


class Press:
    """The process that makes documents, one after the other: `with Press() as press: ...`."""

    def __init__(self, limit: float = TIME_LIMIT_SECONDS) -> None:
        self._limit = limit

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - this very file
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def make(self, template: str, data: Mapping[str, Any], made_at: datetime) -> Document:
        """Raises DocumentFailed when it takes longer than the limit, grows too large or cannot be
        set."""
        order = {"template": template, "data": dict(data), "at": int(made_at.timestamp())}
        timer = threading.Timer(self._limit, self._process.kill)
        timer.start()
        try:
            how, content = self._ask(json.dumps(order).encode())
        except (OSError, EOFError) as error:
            raise DocumentFailed(f"{template}: no answer within {self._limit} s") from error
        finally:
            timer.cancel()
        if how == _FAILED:
            raise DocumentFailed(f"{template}: {content.decode(errors='replace')}")
        if len(content) > MAX_BYTES:
            raise DocumentFailed(f"{template}: {len(content)} bytes")
        return Document(content, how == _TAGGED)

    def _ask(self, order: bytes) -> tuple[bytes, bytes]:
        send, answer = self._process.stdin, self._process.stdout
        if send is None or answer is None:
            raise EOFError
        _put(send, b" ", order)
        return _get(answer)


_kept: ContextVar[Press | None] = ContextVar("kept press", default=None)


@contextmanager
def one_press() -> Iterator[None]:
    """Make all documents in here with one process: it is started once, for many of them."""
    with Press() as press:
        token = _kept.set(press)
        try:
            yield
        finally:
            _kept.reset(token)


def make(template: str, data: Mapping[str, Any], *, made_at: datetime) -> Document:
    """One document of `templates/documents/<template>.typ`; raises DocumentFailed."""
    if kept := _kept.get():
        return kept.make(template, data, made_at)
    with Press() as press:
        return press.make(template, data, made_at)


def _put(stream: BinaryIO | Any, how: bytes, content: bytes) -> None:
    stream.write(_HEAD.pack(how, len(content)) + content)
    stream.flush()


def _get(stream: BinaryIO | Any) -> tuple[bytes, bytes]:
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    how, size = _HEAD.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return how, content


# In the process that makes them -------------------------------------------------------------------


def _work() -> None:
    while True:
        try:
            _how, order = _get(sys.stdin.buffer)
        except EOFError:
            return
        try:
            how, content = _set(**json.loads(order))
        except Exception as error:
            how, content = _FAILED, str(error)[:500].encode()
        _put(sys.stdout.buffer, how, content)


def _set(template: str, data: Mapping[str, Any], at: int) -> tuple[bytes, bytes]:
    import typst  # noqa: PLC0415 - 80 MB that only this process needs

    options: dict[str, Any] = {
        "input": str(TEMPLATES / f"{template}.typ"),
        "root": str(TEMPLATES),
        "sys_inputs": {"data": json.dumps(data)},
        "format": "pdf",
        "timestamp": at,
    }
    try:
        return _TAGGED, typst.compile(**options, pdf_standards="ua-1")
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _PLAIN, typst.compile(**options)


if __name__ == "__main__":
    _work()
