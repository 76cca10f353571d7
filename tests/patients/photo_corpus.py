"""Files that somebody might send as a photograph, made here: good ones, odd ones and hostile ones.

Each case says what must become of it: None when it is stored, clean; else the refusal's `why`, of
which some have two (a decoder may call the same damage by either name). SECRET stands wherever a
file can hide words, so that a test finds them in what is stored.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from PIL import Image, ImageCms, PngImagePlugin

SECRET: Final = b"SECRET-51.5007N-0.1246W"
SIZE: Final = (300, 200)
MIB: Final = 1024 * 1024

NAMES: Final = (
    "photo.jpg",
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "two\r\nSet-Cookie: a=b\r\n.jpg",
    "фото 照片 📷.jpg",
    "<script>alert(1)</script>.jpg",
    "a" * 300 + ".jpg",
    "nul\0.jpg",
    "\u202egpj.exe",
    ".htaccess",
    "photo.jpg.php",
    "'; DROP TABLE patients; --.png",
)


@dataclass(frozen=True)
class Case:
    """`whys` are the refusals that are right; none of them means that it is stored."""

    label: str
    data: bytes
    whys: tuple[str, ...] = ()
    name: str = "photo.jpg"
    size: tuple[int, int] = SIZE


def picture(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Red at the left, blue at the right: tells which way up it is."""
    made = Image.new("RGB", size, (200, 40, 40))
    made.paste((40, 40, 200), (size[0] // 2, 0, size[0], size[1]))
    return made.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: which way up, who made it, and where it stood."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010E] = SECRET.decode()
    notes.get_ifd(0x8825)[1] = "N"
    notes.get_ifd(0x8825)[2] = (51.0, 30.0, 2.5)
    return notes


def jpeg(**options: Any) -> bytes:
    return saved(picture(), "JPEG", quality=90, **options)


def png(**options: Any) -> bytes:
    return saved(picture(), "PNG", **options)


def webp(**options: Any) -> bytes:
    return saved(picture(), "WEBP", **options)


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def with_segments(*segments: bytes) -> bytes:
    """A JPEG with these behind its first two bytes."""
    plain = jpeg()
    return plain[:2] + b"".join(segments) + plain[2:]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG from its parts; `rows` are compressed as they are."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + data + chunk(b"IEND", b"")


def zeros(width: int, height: int, row_bytes: int) -> bytes:
    return bytes((row_bytes + 1) * height)


def webp_of(kind: bytes, data: bytes) -> bytes:
    body = b"WEBP" + kind + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def canvas(width: int, height: int) -> bytes:
    """A WebP that claims a large picture and has none."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp_of(b"VP8X", b"\x10\0\0\0" + size)


def claiming(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header tells another size than its picture has."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def plain_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def wide_profile() -> bytes:
    """Display P3, as telephones write it: the least that ICC.1:2001 asks of a matrix profile."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    columns = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
        b"wtpt": (0.9642, 1.0, 0.8249),
    }
    tags = {name: b"XYZ \0\0\0\0" + fixed(*values) for name, values in columns.items()}
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79)
    tags[b"cprt"] = b"text\0\0\0\0none\0\0\0\0"
    at, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(data), len(value))
        data += value
    head = struct.pack(">I", at + len(data)) + bytes(4) + b"\x02\x40\0\0mntrRGB XYZ "
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249) + bytes(48)
    return head + struct.pack(">I", len(tags)) + table + data


def _stored() -> Iterator[Case]:
    yield Case("plain JPEG", jpeg())
    yield Case("progressive JPEG", jpeg(progressive=True))
    yield Case("grey JPEG", saved(picture(mode="L"), "JPEG"))
    yield Case("CMYK JPEG", saved(picture(mode="CMYK"), "JPEG"))
    for turn in range(1, 9):
        upright = SIZE if turn < 5 else (SIZE[1], SIZE[0])
        yield Case(f"EXIF and GPS, turned {turn}", jpeg(exif=exif(turn)), size=upright)
    yield Case(
        "EXIF that says nothing sound", with_segments(segment(0xE1, b"Exif\0\0II*\0\xff\xff"))
    )
    yield Case("XMP", jpeg(xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"))
    yield Case("comment", jpeg(comment=SECRET))
    yield Case("colour profile", jpeg(icc_profile=plain_profile()))
    yield Case("colour profile of a telephone", jpeg(icc_profile=wide_profile()))
    yield Case("colour profile of rubbish", jpeg(icc_profile=SECRET * 50))
    yield Case("colour profile of 2 MiB", jpeg(icc_profile=(SECRET * 100_000)[: 2 * MIB]))
    yield Case("IPTC and a thumbnail of the maker", with_segments(segment(0xED, SECRET)))
    yield Case("fill bytes before a marker", jpeg()[:2] + b"\xff\xff\xff" + jpeg()[2:])
    yield Case("a page behind the picture", jpeg() + b"<html><script>1</script>" + SECRET)
    yield Case("an archive behind the picture", jpeg() + b"PK\x03\x04" + SECRET)
    yield Case("a program in its comment", with_segments(segment(0xFE, b"<?php " + SECRET + b"?>")))
    two = saved(picture(), "MPO", save_all=True, append_images=[picture()])
    yield Case("two pictures of a telephone", two)
    yield Case("PNG", png(), name="photo.png")
    yield Case("PNG called .jpg", png())
    yield Case("palette", saved(picture(mode="P"), "PNG"))
    yield Case("palette with a clear colour", saved(picture(mode="P"), "PNG", transparency=0))
    yield Case("alpha", saved(picture(mode="RGBA"), "PNG"))
    yield Case("grey with alpha", saved(picture(mode="LA"), "PNG"))
    yield Case("one bit", saved(picture(mode="1"), "PNG"))
    yield Case("16-bit grey", raw_png(*SIZE, 16, 0, zeros(*SIZE, 2 * SIZE[0])))
    yield Case("16-bit colour", raw_png(*SIZE, 16, 2, zeros(*SIZE, 6 * SIZE[0])))
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Location", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    yield Case("words in a PNG", png(pnginfo=notes))
    yield Case("EXIF in a PNG", png(exif=exif(6)), size=(SIZE[1], SIZE[0]))
    yield Case("moving PNG", png(save_all=True, append_images=[picture(mode="RGB").rotate(180)]))
    yield Case("WebP", webp(), name="photo.webp")
    yield Case("WebP without loss", webp(lossless=True))
    yield Case("WebP with alpha", saved(picture(mode="RGBA"), "WEBP"))
    yield Case("WebP with EXIF and XMP", webp(exif=exif(), xmp=SECRET))
    yield Case("moving WebP", webp(save_all=True, append_images=[picture().rotate(180)]))
    full = raw_png(6000, 4000, 8, 0, zeros(6000, 4000, 6000))
    yield Case("exactly 24 megapixels", full, size=(4000, 2667))


def _not_photos() -> Iterator[Case]:
    yield Case("nothing", b"", ("empty",))
    yield Case("words", b"this is a photo, honestly", ("kind",))
    yield Case("page", b"<!doctype html><script>alert(1)</script>", ("kind",))
    yield Case("drawing with a script", b"<svg onload='alert(1)'/>", ("kind",), "photo.svg.jpg")
    yield Case("document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", ("kind",))
    yield Case("GIF", saved(picture(), "GIF"), ("kind",))
    moving = saved(picture(), "GIF", save_all=True, append_images=[picture().rotate(180)])
    yield Case("moving GIF", moving, ("kind",))
    yield Case("bitmap", saved(picture(), "BMP"), ("kind",))
    yield Case("TIFF", saved(picture(), "TIFF"), ("kind",))
    yield Case("icon", saved(picture((64, 64)), "ICO"), ("kind",))
    yield Case("AVIF", b"\0\0\0\x1cftypavif" + bytes(40), ("kind",))
    yield Case("HEIC", b"\0\0\0\x18ftypheic" + bytes(40), ("heic",), "IMG_0001.HEIC")
    yield Case("archive", b"PK\x03\x04" + bytes(60), ("kind",))
    yield Case("program", b"MZ\x90\0" + bytes(60), ("kind",))
    yield Case("photo behind a GIF's head", b"GIF89a" + jpeg(), ("kind",))
    yield Case("photo behind a page", b"<html>" + jpeg(), ("kind",))
    yield Case("PostScript behind a photo's mark", b"\xff\xd8\xff%!PS-Adobe exec", ("kind",))
    yield Case(
        "sound in the same wrapping as WebP", b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), ("kind",)
    )


def _hostile() -> Iterator[Case]:
    yield Case("JPEG, its second half missing", jpeg()[: len(jpeg()) // 2], ("broken",))
    yield Case("JPEG, its picture missing", jpeg()[: jpeg().index(b"\xff\xda") + 20], ("broken",))
    yield Case("JPEG, two bytes", b"\xff\xd8", ("kind",))
    yield Case("JPEG, a mark and nothing", b"\xff\xd8\xff\xe0", ("kind",))
    yield Case("JPEG that claims 4.3 gigapixels", claiming(jpeg(), 65_500, 65_500), ("pixels",))
    # the decoder fills what is missing with grey: a poor photo, not a danger
    larger = claiming(jpeg(), 5000, 4000)
    yield Case("JPEG larger than its picture", larger, ("", "broken"), size=(4000, 3200))
    sizes = [segment(0xE0, b"")] * 200_000
    yield Case("JPEG with 200,000 empty segments", with_segments(*sizes), ("kind",))
    two_sizes = with_segments(segment(0xC0, struct.pack(">BHHB", 8, 100, 100, 0)))
    yield Case("JPEG with two sizes", two_sizes, ("broken",))
    yield Case("JPEG of more than 10 MiB", jpeg() + bytes(10 * MIB), ("bytes",))
    yield Case("PNG, its end missing", png()[:-60], ("broken",))
    yield Case("PNG that contradicts its sum", png().replace(b"IDAT", b"IDAT\0", 1), ("broken",))
    bomb = raw_png(20_000, 20_000, 1, 0, zeros(20_000, 20_000, 2500))
    yield Case("PNG of 400 megapixels in few bytes", bomb, ("pixels",))
    just_over = raw_png(6001, 4000, 1, 0, zeros(6001, 4000, 751))
    yield Case("PNG a little over 24 megapixels", just_over, ("pixels",))
    yield Case("PNG without a width", raw_png(0, 100, 8, 0, b""), ("kind",))
    yield Case("PNG of a line", raw_png(20_000, 1, 8, 0, zeros(20_000, 1, 20_000)), ("tiny",))
    rows = zeros(*SIZE, SIZE[0])
    second = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0))
    yield Case("PNG with two sizes", raw_png(*SIZE, 8, 0, rows, second), ("broken", "pixels"))
    words = chunk(b"zTXt", b"bomb\0\0" + zlib.compress(bytes(200 * MIB), 9))
    yield Case("words that unpack to 200 MiB", raw_png(*SIZE, 8, 0, rows, words), ("broken",))
    profile = chunk(b"iCCP", b"bomb\0\0" + zlib.compress(bytes(200 * MIB), 9))
    yield Case("profile of 200 MiB", raw_png(*SIZE, 8, 0, rows, profile), ("broken",))
    more = raw_png(*SIZE, 8, 0, bytes(100 * MIB))
    yield Case("PNG with 100 MiB behind its rows", more, ("", "broken"))
    yield Case("WebP that claims 268 megapixels", canvas(16_383, 16_383), ("pixels",))
    yield Case("WebP that has no picture", canvas(400, 300), ("broken",))
    yield Case("WebP, its end missing", webp()[: len(webp()) // 2], ("broken",))
    yield Case("WebP of rubbish", webp_of(b"VP8L", b"\x2f" + bytes(40)), ("tiny", "broken"))


@cache
def corpus() -> tuple[Case, ...]:
    return (*_stored(), *_not_photos(), *_hostile())


def ids(case: Case) -> str:
    return case.label.replace(" ", "-")
