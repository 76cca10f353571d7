"""How days and times are written in letters and on the pages behind their links. Pure.

A form is translated like any other text: "l j F" is "l, j. F" in German. Templates name the same
forms, as `{{ day|date:_("l j F") }}`. The letters mean what they mean to Django's `date` filter.
"""

from typing import Final

from patients.marked_text import gettext_noop as _

LONG_DAY: Final = _("l j F")
"""Tuesday 12 January"""
DAY: Final = _("D j M")
"""Tue 12 Jan"""
DAY_WITH_YEAR: Final = _("D j M Y")
"""Tue 12 Jan 2027"""
SHORT_DAY: Final = _("j M")
"""12 Jan"""
TIME: Final = _("H:i")
"""15:30"""
