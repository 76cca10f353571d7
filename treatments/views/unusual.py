"""What is unusual about a proposal: gaps outside the window, days on which the skin rests."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from clinic.scheduling.refusals import listed
from clinic.scheduling.series import Proposal
from clinic.scheduling.spacing import Spacing, Verdict
from treatments.views.series_words import Asked


class Unusual:
    """`notes` per session, empty for what is as usual; `reason` says for what a clinician has to
    give one, empty for nothing."""

    def __init__(self, asked: Asked, proposal: Proposal) -> None:
        self.asked = asked
        self.proposal = proposal
        self.notes = [_gap_note(asked.spacing, gap) for gap in proposal.gaps]
        self.reason = " ".join(f"{text}." for text in self._reasons())

    def _reasons(self) -> Iterator[str]:
        spacing, numbers = self.asked.spacing, []
        sessions = self.asked.found.sessions
        for session, gap in zip(sessions, self.proposal.gaps, strict=False):
            if spacing and gap is not None and spacing.judge(gap) is Verdict.NEEDS_REASON:
                numbers.append(session.number)
        if spacing and numbers:
            words = {"which": listed(map(str, numbers)), "min": spacing.min}
            text = _("Less than %(min)d days before session %(which)s")
            yield text % words
        yield from dict.fromkeys(filter(None, map(self.asked.rest_on, self.proposal.slots)))


def _gap_note(spacing: Spacing | None, gap: int | None) -> str:
    """ "above 28, allowed to 42", "below 14"; empty for a normal gap."""
    if spacing is None or gap is None:
        return ""
    verdict = spacing.judge(gap)
    if verdict is Verdict.NEEDS_REASON:
        return _("below %(min)d") % {"min": spacing.min}
    if verdict is not Verdict.LATE:
        return ""
    if spacing.lapse is None:
        return _("above %(max)d") % {"max": spacing.max}
    return _("above %(max)d, allowed to %(lapse)d") % {"max": spacing.max, "lapse": spacing.lapse}
