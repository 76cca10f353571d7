"""The drawn face as corners and regions: data for the drawing and for what a point lies on.

Each view is 800 wide and 1000 high. A region is a chain of named corners; neighbours name the same
corners, so nothing overlaps and nothing is left between them. The left side of the front view
and the whole left profile are mirror images: only the patient's right, which lies at the left of
the page, is written down. Own drawing.
"""

from typing import Final

WIDTH: Final = 800
HEIGHT: Final = 1000

Corners = dict[str, tuple[int, int]]
Regions = dict[str, str]


def _corners(text: str) -> Corners:
    """Read "name x y, name x y" into places."""
    found: Corners = {}
    for entry in text.replace("\n", " ").split(","):
        name, x, y = entry.split()
        found[name] = (int(x), int(y))
    return found


FRONT_CORNERS: Final = _corners("""
    sk0 400 52, sk1 322 60, sk2 246 92, sk3 184 152, sk4 150 232, sk5 146 318,
    ha0 400 184, ha1 318 190, ha2 230 226, ha3 186 296, te1 166 376, te2 162 440,
    br1 222 350, br2 250 322, br3 300 312, br4 354 338, br5 352 366, br6 300 340, br7 256 346,
    me1 340 394, me2 372 388, me3 372 434, me4 342 444, me5 340 422,
    la1 258 398, la2 258 418, la3 258 440, la4 226 436, la5 224 394,
    ul1 278 430, ul2 300 435, ul3 322 431,
    ll1 280 462, ll2 303 469, ll3 326 462,
    or1 238 474, or2 268 496, or3 304 504, or4 338 496, or5 362 470,
    no0 400 382, no1 375 500, no2 372 562, no3 400 562,
    si1 348 530, si2 336 568, al1 318 602, al2 332 634, ti1 362 602, ti2 372 640, ti3 400 650,
    na1 306 590, na2 280 645, na3 266 704, na4 294 708, na5 308 656,
    mo1 320 694, mo2 358 687, mo3 400 690, ch0 400 734, ch1 342 727, ch2 334 756, ch3 328 800,
    pr1 196 450, pr2 198 520, pr3 206 590, ea1 164 520, ea2 174 600,
    ja1 190 676, ja2 222 744, ja3 256 786, ja4 298 824, ja5 346 852, ja6 400 862,
    jo1 274 742, jo2 228 674, ne1 264 860, ne2 252 918, ne3 196 968, ne4 150 990, ne5 400 990
""")

# The patient's right half; a region of the middle is one piece on each half.
FRONT_HALF: Final[Regions] = {
    "scalp": "sk0 sk1 sk2 sk3 sk4 sk5 te1 ha3 ha2 ha1 ha0",
    "forehead": "ha0 ha1 ha2 br1 br2 br3 br4 br5 me2 no0",
    "temple": "ha2 ha3 te1 te2 pr1 la4 la5 br1",
    "eyebrow": "br1 br2 br3 br4 br5 br6 br7",
    "upper_eyelid": "br1 br7 br6 br5 me2 me1 me5 ul3 ul2 ul1 la2 la1 la5",
    "lower_eyelid": "la2 ul1 ul2 ul3 me5 me4 ll3 ll2 ll1 la3",
    "medial_canthus": "me1 me2 me3 me4 me5",
    "lateral_canthus": "la1 la2 la3 la4 la5",
    "eye_region": "la4 la3 ll1 ll2 ll3 me4 me3 or5 or4 or3 or2 or1",
    "cheek": "pr1 la4 or1 or2 or3 or4 or5 si1 si2 na1 na2 na3 jo1 jo2 pr3 pr2",
    "nose": "no0 me2 me3 no1 no2 no3",
    "nose_side": "me3 or5 si1 si2 no2 no1",
    "ala": "no2 si2 al1 al2 ti2 ti1",
    "nose_tip": "no3 no2 ti1 ti2 ti3",
    "nasolabial": "si2 na1 na2 na3 na4 na5 al2 al1",
    "perioral": "na5 na4 na3 jo1 ch2 ch1 mo1",
    "upper_lip": "ti3 ti2 al2 na5 mo1 mo2 mo3",
    "lower_lip": "mo3 mo2 mo1 ch1 ch0",
    "chin": "ch0 ch1 ch2 ch3 ja5 ja6",
    "jaw": "pr3 jo2 jo1 ch2 ch3 ja5 ja4 ja3 ja2 ja1 ea2",
    "preauricular": "te2 ea1 ea2 pr3 pr2 pr1",
    "neck": "ja3 ja4 ja5 ja6 ne5 ne4 ne3 ne2 ne1",
}

# A box beside the face, for what is spread all over it and not counted place by place.
WHOLE_FACE: Final = ((652, 872), (790, 872), (790, 946), (652, 946))

PROFILE_CORNERS: Final = _corners("""
    sk1 424 82, sk2 322 62, sk3 222 88, sk4 144 160, sk5 106 270, sk6 110 386, sk7 144 484,
    sk8 186 566, fo1 502 146, fo2 572 196, fo3 610 262, fo4 622 330, fo5 616 366,
    ha1 478 226, ha2 452 296, ha3 424 350, ha4 394 404,
    ea1 318 424, ea2 352 418, ea3 376 448, ea4 372 500, ea5 354 546, ea6 350 598, ea7 328 622,
    ea8 304 598, ea9 286 530, ea0 288 462,
    po1 288 404, po2 254 448, po3 238 530, po4 242 612, po5 298 656,
    br1 472 362, br2 500 332, br3 550 312, br4 596 322, br5 598 348, br6 552 338, br7 510 350,
    la1 500 398, la2 498 420, la3 502 442, la4 470 438, la5 468 396,
    ul1 520 434, ul2 548 437, me1 576 400, me2 594 394, me3 594 440, me4 572 448, me5 574 424,
    no0 592 376, no1 608 394, no2 638 470, no3 672 542, no4 646 548, no5 618 480,
    ll1 524 464, ll2 550 468, or1 484 476, or2 516 498, or3 552 504, or4 582 480,
    si1 590 530, si2 596 564, al1 582 594, al2 598 624, ti1 642 588, ti2 634 624,
    ti3 648 628, ti4 682 610, ti5 695 582,
    na1 564 582, na2 546 634, na3 534 694, na4 558 700, na5 574 652,
    li1 642 654, li2 656 684, li3 634 702, li4 650 724, li5 627 752, mo1 582 699,
    ch1 588 742, ch2 574 770, ch3 562 812, ch4 640 800, ch5 618 846, ch6 570 866,
    pr1 410 442, pr2 406 504, pr3 392 572, pr4 376 640,
    jo1 534 768, jo2 470 744, jo3 404 694, ja1 342 702, ja2 370 766, ja3 438 824, ja4 520 856,
    ne1 500 886, ne2 456 916, ne3 448 990, ne4 160 990, ne5 188 790, ne6 198 676
""")

PROFILE: Final[Regions] = {
    "scalp": "fo1 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 po4 po3 po2 po1 ea1 ea2 ha4 ha3 ha2 ha1",
    "forehead": "fo1 fo2 fo3 fo4 fo5 no0 br5 br4 br3 br2 br1 ha1",
    "temple": "ha1 ha2 ha3 ha4 pr1 la4 la5 br1",
    "eyebrow": "br1 br2 br3 br4 br5 br6 br7",
    "upper_eyelid": "br1 br7 br6 br5 no0 me2 me1 me5 ul2 ul1 la2 la1 la5",
    "lower_eyelid": "la2 ul1 ul2 me5 me4 ll2 ll1 la3",
    "medial_canthus": "me1 me2 me3 me4 me5",
    "lateral_canthus": "la1 la2 la3 la4 la5",
    "eye_region": "la4 la3 ll1 ll2 me4 me3 or4 or3 or2 or1",
    "cheek": "pr1 la4 or1 or2 or3 or4 si1 si2 na1 na2 na3 jo1 jo2 jo3 pr4 pr3 pr2",
    "nose": "no0 fo5 no1 no2 no3 no4 no5 me3 me2",
    "nose_side": "me3 no5 no4 si2 si1 or4",
    "ala": "no4 si2 al1 al2 ti2 ti1",
    "nose_tip": "no4 no3 ti5 ti4 ti3 ti2 ti1",
    "nasolabial": "si2 na1 na2 na3 na4 na5 al2 al1",
    "perioral": "na5 na4 na3 jo1 ch2 ch1 mo1",
    "upper_lip": "ti2 ti3 li1 li2 li3 mo1 na5 al2",
    "lower_lip": "li3 li4 li5 ch1 mo1",
    "chin": "ch1 li5 ch4 ch5 ch6 ch3 ch2",
    "jaw": "ea7 ja1 ja2 ja3 ja4 ch6 ch3 ch2 jo1 jo2 jo3 pr4",
    "preauricular": "ha4 ea2 ea3 ea4 ea5 ea6 ea7 pr4 pr3 pr2 pr1",
    "postauricular": "po1 po2 po3 po4 po5 ea7 ea8 ea9 ea0 ea1",
    "neck": "sk8 ne6 ne5 ne4 ne3 ne2 ne1 ch6 ja4 ja3 ja2 ja1 ea7 po5 po4",
}
