"""Decodes one photograph and encodes it anew: the program that runs in a process of its own.

`python -I photo_child.py PIXELS EDGE THUMBNAIL WIDTH HEIGHT < upload > answer`

knows neither Django nor the database, gets no environment and no open file but these two. It first
takes away from itself whatever a hostile picture could use, then decodes. The answer is one line of
JSON, {"refused": why} or {"width", "height", "picture", "thumbnail"} (sizes in pixels and bytes),
then both as JPEG.
"""

import contextlib
import io
import json
import os
import resource
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from PIL import Image

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 10
# on a machine that is busy otherwise; whoever is stopped by this one is told to come again
WALL_SECONDS: Final = 30
ANSWER_BYTES: Final = 24 * 1024 * 1024
# profiles of cameras and telephones have less; those for printing presses are left out
PROFILE_BYTES: Final = 128 * 1024
FORMATS: Final = ("JPEG", "PNG", "WEBP")
_ORIENTATION: Final = 0x0112
_WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Limits:
    """All in pixels: how many there may be, and the longest edges of what is kept."""

    pixels: int
    edge: int
    thumbnail_edge: int


@dataclass(frozen=True, slots=True)
class Clean:
    """A photograph as it is kept, and its thumbnail; both are JPEG without a word of metadata."""

    width: int
    height: int
    picture: bytes
    thumbnail: bytes


class Unusable(Exception):
    """`why` is "broken" or "pixels"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clean(source: BinaryIO, limits: Limits, claimed: tuple[int, int]) -> Clean:
    """The first frame, turned upright, in sRGB, from nothing but its pixels. Raises Unusable.

    `claimed` is the size that its header told the process which started this one.
    """
    from PIL import Image  # noqa: PLC0415 - after the limits of this process are set

    # our own limit stands below; Pillow's would only warn
    Image.MAX_IMAGE_PIXELS = None
    source.seek(0)
    try:
        with Image.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > limits.pixels:
                raise Unusable("pixels")
            if claimed != opened.size:
                raise Unusable("broken")
            opened.load()
            return _encoded(_upright_rgb(opened, limits.edge), limits.thumbnail_edge)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # what the decoders say to a file that ends early or contradicts itself
        raise Unusable("broken") from error


def _upright_rgb(image: "Image.Image", edge: int) -> "Image.Image":
    """Made small before anything else is made of it: each copy of 24 megapixels is 96 MB."""
    from PIL import Image  # noqa: PLC0415 - see clean

    turn, profile = _turn(image), image.info.get("icc_profile")
    has_colours = image.mode in ("RGB", "RGBA", "P", "PA")
    plain = _flat(_eight_bits(image), edge)
    if has_colours and isinstance(profile, bytes) and 0 < len(profile) <= PROFILE_BYTES:
        plain = _in_srgb(plain, profile)
    return plain if turn is None else plain.transpose(Image.Transpose(turn))


def _turn(image: "Image.Image") -> int | None:
    """How to turn it, by the note of the camera; a note that cannot be read turns nothing."""
    from PIL import Image  # noqa: PLC0415 - see clean

    turns = Image.Transpose
    known = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }
    with contextlib.suppress(Exception):
        return known.get(image.getexif().get(_ORIENTATION, 1))
    return None


def _eight_bits(image: "Image.Image") -> "Image.Image":
    """Sixteen bits a channel become eight; palettes and printers' colours are left to `_flat`."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("L") if image.mode in ("1", "F") else image


def _flat(image: "Image.Image", edge: int) -> "Image.Image":
    """RGB no larger than is kept, what was transparent on white."""
    from PIL import Image  # noqa: PLC0415 - see clean

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image if image.mode == "RGBA" else image.convert("RGBA")
        small = _fitted(clear, edge)
        ground = Image.new("RGB", small.size, _WHITE)
        ground.paste(small, mask=small.getchannel("A"))
        return ground
    return _fitted(image if image.mode == "RGB" else image.convert("RGB"), edge)


def _fitted(image: "Image.Image", edge: int) -> "Image.Image":
    """Not larger than `edge` either way; the same object when it is not."""
    longest = max(image.size)
    if longest <= edge:
        return image
    size = tuple(max(1, round(side * edge / longest)) for side in image.size)
    from PIL import Image  # noqa: PLC0415 - see clean

    return image.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(image: "Image.Image", profile: bytes) -> "Image.Image":
    """Telephones write wider colours: without this a red skin would turn pale."""
    with contextlib.suppress(Exception):
        from PIL import ImageCms  # noqa: PLC0415 - rarely needed

        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"))
        return turned or image
    return image


def _encoded(image: "Image.Image", thumbnail_edge: int) -> Clean:
    from PIL import Image  # noqa: PLC0415 - see clean

    # a new picture: what an old one carries about goes nowhere
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    thumbnail = _fitted(bare, thumbnail_edge)
    return Clean(*bare.size, _jpeg(bare, 90), _jpeg(thumbnail, 80))


def _jpeg(image: "Image.Image", quality: int) -> bytes:
    file = io.BytesIO()
    # full colour for every pixel: redness is what is looked for
    image.save(file, "JPEG", quality=quality, subsampling=0, optimize=True)
    return file.getvalue()


def _fence() -> None:
    """The kernel holds these limits, whatever the picture makes of the decoder."""
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        # macOS knows no limit of address space
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))
    signal.alarm(WALL_SECONDS)
    with contextlib.suppress(OSError):
        # pages before pictures
        os.nice(10)


def main(words: list[str]) -> int:
    _fence()
    pixels, edge, thumbnail_edge, width, height = map(int, words)
    answer = sys.stdout.buffer
    try:
        made = clean(sys.stdin.buffer, Limits(pixels, edge, thumbnail_edge), (width, height))
    except Unusable as refused:
        answer.write(json.dumps({"refused": refused.why}).encode() + b"\n")
        return 0
    sizes = {
        "width": made.width,
        "height": made.height,
        "picture": len(made.picture),
        "thumbnail": len(made.thumbnail),
    }
    answer.write(json.dumps(sizes).encode() + b"\n" + made.picture + made.thumbnail)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
