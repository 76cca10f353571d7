"""Drawn faces for the demo clinic: plain shapes, nobody's likeness, fewer milia at each date."""

import io
import random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from patients.models import Photo

SIZE: Final = (480, 600)
# skin, its shade, and the dots' white, for Fitzpatrick types 1 to 6
_SKIN: Final = {
    1: ("#F3D6C4", "#DDB39C"),
    2: ("#EBC7AE", "#D0A287"),
    3: ("#DDB08F", "#BD8C69"),
    4: ("#B98560", "#97663F"),
    5: ("#8D5B3C", "#6C412A"),
    6: ("#5F3D2C", "#45291C"),
}
_GROUND: Final = "#7F97A5"
_MILIUM: Final = "#FBF3DC"
_TURNED: Final = {
    Photo.Pose.FRONTAL: 0.0,
    Photo.Pose.LEFT_OBLIQUE: -0.5,
    Photo.Pose.RIGHT_OBLIQUE: 0.5,
    Photo.Pose.LEFT_LATERAL: -1.0,
    Photo.Pose.RIGHT_LATERAL: 1.0,
}


def face(pose: Photo.Pose, skin: int, seed: int, milia: int) -> bytes:
    """A JPEG of one face (`seed`), with the first `milia` of its dots, as from a camera."""
    picture = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(picture)
    tone, shade = _SKIN[skin]
    if pose == Photo.Pose.CLOSE_UP:
        picture.paste(tone, (0, 0, *SIZE))
        _eye(draw, 240, 280, 3.2, shade)
    else:
        _head(draw, _TURNED[pose], tone, shade, random.Random(seed))  # noqa: S311 - a drawing
    picture = picture.filter(ImageFilter.GaussianBlur(1.6))
    _dots(ImageDraw.Draw(picture), pose, seed, milia)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()


def _head(
    draw: ImageDraw.ImageDraw, turn: float, tone: str, shade: str, dice: random.Random
) -> None:
    hair = dice.choice(("#2F2622", "#54392A", "#8A6B45", "#3A3F45"))
    draw.ellipse((105, 60, 375, 430), fill=hair)
    draw.polygon([(195, 420), (285, 420), (300, 560), (180, 560)], fill=shade)
    draw.ellipse((60, 510, 420, 800), fill="#E7ECEA")
    left, right = 130 - 12 * max(0.0, turn), 350 - 12 * min(0.0, turn)
    draw.ellipse((left, 110, right, 470), fill=tone)
    middle = 240 + 62 * turn
    if abs(turn) == 1:
        # the nose stands out, the ear faces us
        draw.polygon(
            [(240 + 92 * turn, 250), (240 + 136 * turn, 332), (240 + 88 * turn, 340)], fill=tone
        )
        draw.ellipse((240 - 34 * turn - 17, 270, 240 - 34 * turn + 17, 335), fill=shade)
        _eye(draw, 240 + 68 * turn, 262, 0.8, shade)
    else:
        for side in (-1, 1):
            draw.ellipse((240 + side * 112 - 14, 265, 240 + side * 112 + 14, 325), fill=shade)
            _eye(draw, middle + side * 48 * (1 - 0.25 * abs(turn)), 262, 1, shade)
        draw.line(
            [(middle, 268), (middle + 12 * (turn or 1), 338), (middle - 8, 342)],
            fill=shade,
            width=5,
        )
    draw.arc((middle - 42, 365, middle + 42, 412), 20, 160, fill="#9C4A48", width=7)


def _eye(draw: ImageDraw.ImageDraw, x: float, y: float, size: float, shade: str) -> None:
    wide, high, iris = 26 * size, 13 * size, 9 * size
    draw.ellipse((x - wide, y - high, x + wide, y + high), fill="#F7F5F1", outline=shade, width=4)
    draw.ellipse((x - iris, y - iris, x + iris, y + iris), fill="#3B2A20")
    draw.arc(
        (x - wide * 1.2, y - 34 * size, x + wide * 1.2, y + 6 * size), 200, 340, fill=shade, width=7
    )


def _dots(draw: ImageDraw.ImageDraw, pose: Photo.Pose, seed: int, milia: int) -> None:
    """The same places at every date, so that what is gone can be seen."""
    dice = random.Random(f"{seed} {pose}")  # noqa: S311 - a drawing
    close = pose == Photo.Pose.CLOSE_UP
    centre, spread, radius = (240, 108, 5) if close else (240 + 58 * _TURNED[pose], 74, 2.6)
    for _number in range(milia):
        x = centre + dice.uniform(-1, 1) * spread
        y = (345 if close else 296) + dice.uniform(-0.2, 1) * (90 if close else 46)
        r = radius * dice.uniform(0.7, 1.3)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=_MILIUM)
