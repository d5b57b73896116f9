"""Local times that a clock change skips or repeats, in words."""

from django.utils.translation import gettext as _

from engine.moments import ClockChangeError


def clock_change_text(error: ClockChangeError) -> str:
    """Say which local time names no moment, or two, and in which time zone."""
    words = (
        _("%(time)s does not exist in the time zone %(zone)s: the clocks are put forward then.")
        if error.is_skipped
        else _("%(time)s occurs twice in the time zone %(zone)s: the clocks are put back then.")
    )
    return words % {"time": f"{error.local:%Y-%m-%d %H:%M:%S}".removesuffix(":00"), "zone": error.zone}
