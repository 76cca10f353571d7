"""Files with one JSON object on each line, read line by line. Pure: standard library only.

Bulk exports are large and come from elsewhere: whatever a line holds, the next one is still read,
and no more than one line is ever in memory.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, NamedTuple, cast

LONGEST_LINE = 5 * 1024 * 1024
"""Bytes. A patient with a long history is 10 kB; more than this is damage or an attack."""

_GZIP_STARTS_WITH = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Json = dict[str, object]


class LineError(ValueError):
    """What is wrong with a line, as a clause that follows "skipped:"; names no patient."""


class Line(NamedTuple):
    """A line's number, from 1, and its bytes or the reason why there are none."""

    number: int
    content: bytes | LineError


def lines(path: Path) -> Iterator[Line]:
    """All lines that are not blank, of a plain or a gzip file (told apart by content).

    A file that breaks off ends with one Line that says so. Raises OSError if it cannot be opened.
    """
    number = 0
    with closing(_opened(path)) as file:
        try:
            for number, content in enumerate(_bounded(file), start=1):
                if isinstance(content, LineError) or content.strip():
                    yield Line(number, content)
        except (EOFError, zlib.error, gzip.BadGzipFile, OSError):
            yield Line(number + 1, LineError("the file is damaged here, the rest cannot be read"))


def decoded(content: bytes) -> Json:
    """The JSON object in these bytes. Raises LineError, whatever they are."""
    try:
        value = json.loads(content.removeprefix(_BYTE_ORDER_MARK).decode())
    except UnicodeDecodeError:
        raise LineError("it is not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise LineError("it is not JSON") from None
    if not isinstance(value, dict):
        raise LineError("it is JSON, but not an object")
    return value


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_STARTS_WITH)) == _GZIP_STARTS_WITH
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _bounded(file: IO[bytes]) -> Iterator[bytes | LineError]:
    """Each line, or LineError for a line that is too long; that one is passed over in pieces."""
    while content := file.readline(LONGEST_LINE + 1):
        if len(content) <= LONGEST_LINE:
            yield content
            continue
        while content and not content.endswith(b"\n"):
            content = file.readline(LONGEST_LINE + 1)
        yield LineError(f"it is longer than {LONGEST_LINE // 1024**2} MiB")
