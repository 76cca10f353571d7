"""What a file must be to become a photograph, judged from its first bytes alone. Pure.

Nothing is decoded here: the kind and the size come from the headers of the three formats (JPEG:
ITU T.81 annex B, PNG: W3C PNG 11.2.1, WebP: RFC 9649 2.5 to 2.7). What is read here is never
believed twice: the child process that decodes compares it with what it finds.
"""

import io
from dataclasses import dataclass
from typing import BinaryIO, Final

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 24_000_000
# the longest edge of what is kept: over a face 4000 pixels are finer than a milium needs
EDGE: Final = 4000
THUMBNAIL_EDGE: Final = 400
# below this nothing can be told from it
MIN_EDGE: Final = 64
# no camera writes more segments before the picture; a hostile file would have us walk millions
_MAX_SEGMENTS: Final = 1024

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")
# start of frame: every 0xC0 to 0xCF but the tables DHT, JPG and DAC
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# what a picture encoded by ourselves may hold: JFIF header, tables, one frame
_PLAIN: Final = frozenset({0xE0, 0xDB, 0xC0, 0xC4, 0xDD})
_START_OF_SCAN: Final = 0xDA


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes claim: "JPEG", "PNG" or "WEBP", width and height in pixels."""

    kind: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def read_header(file: BinaryIO) -> Header | None:
    """The header of a seekable file; None when it is none of the three, or has no size."""
    file.seek(0)
    start = file.read(32)
    if start.startswith(b"\xff\xd8\xff"):
        return _jpeg(file)
    if start.startswith(_PNG):
        return _png(start)
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return _webp(start)
    return None


def is_heic(file: BinaryIO) -> bool:
    """What telephones write unless told otherwise; it gets a sentence of its own."""
    file.seek(0)
    start = file.read(12)
    return start[4:8] == b"ftyp" and start[8:12] in _HEIC


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG in memory; None when it is none."""
    header = read_header(io.BytesIO(data))
    return (header.width, header.height) if header and header.kind == "JPEG" else None


def is_plain_jpeg(data: bytes, edge: int) -> bool:
    """Whether a JPEG of at most `edge` pixels either way holds its picture and nothing else: no
    EXIF, GPS, XMP, ICC profile, comment, and not a byte behind its end."""
    size = jpeg_size(data)
    if size is None or max(size) > edge or not data.endswith(b"\xff\xd9"):
        return False
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN:
            return data.find(b"\xff\xd9", at) == len(data) - 2
        if marker not in _PLAIN or (marker == 0xE0 and data[at + 4 : at + 9] != b"JFIF\0"):
            return False
        at += 2 + length
    return False


def _jpeg(file: BinaryIO) -> Header | None:
    file.seek(2)
    for _segment in range(_MAX_SEGMENTS):
        start = file.read(4)
        if len(start) < 4 or start[0] != 0xFF:
            return None
        if start[1] == 0xFF:
            # a marker may be preceded by any number of these
            file.seek(-3, 1)
            continue
        if start[1] in _FRAMES:
            frame = file.read(5)
            if len(frame) < 5:
                return None
            return _sized("JPEG", _big(frame[3:5]), _big(frame[1:3]))
        length = _big(start[2:4])
        if length < 2 or start[1] == _START_OF_SCAN:
            return None
        file.seek(length - 2, 1)
    return None


def _png(start: bytes) -> Header | None:
    if start[12:16] != b"IHDR":
        return None
    return _sized("PNG", _big(start[16:20]), _big(start[20:24]))


def _webp(start: bytes) -> Header | None:
    chunk, data = start[12:16], start[20:]
    if chunk == b"VP8X":
        return _sized("WEBP", 1 + _little(data[4:7]), 1 + _little(data[7:10]))
    if chunk == b"VP8L" and data[:1] == b"\x2f":
        bits = _little(data[1:5])
        return _sized("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if chunk == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        return _sized("WEBP", _little(data[6:8]) & 0x3FFF, _little(data[8:10]) & 0x3FFF)
    return None


def _sized(kind: str, width: int, height: int) -> Header | None:
    return Header(kind, width, height) if width and height else None


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
