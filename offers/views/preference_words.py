"""What the preference page says to shoppers."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

PERSONALISATION: Final[Words] = _("Offers that fit me")
WHERE: Final[Words] = _("Where you get offers")
# Why something is not shown, by the code of the ruling.
WHY: Final[Mapping[str, Words]] = {
    "declined": _("You declined it."),
    "never": _("You asked not to see it again."),
    "owned": _("You said that you already have it."),
    "later": _("You asked to see it later."),
    "accepted": _("You accepted it. You may see it again when you need more."),
    "enough_shown": _("You have seen it several times."),
    "enough_dismissed": _("You closed it several times."),
    "enough_declined": _("You declined something like it."),
}
WHY_PAUSED: Final[Words] = _("It is paused for now.")
DONE: Final[Mapping[str, Words]] = {
    "saved": _("Your choices were saved."),
    "paused": _("All offers are paused."),
    "resumed": _("You will see offers again."),
    "shown": _("It can be shown to you again."),
}
BAD_PAUSE: Final[Words] = _("Enter a whole number of days from 1 to %(most)d. Nothing was changed.")
BAD_FORM: Final[Words] = _("The form was not complete. Nothing was changed. Please try again.")
OUTDATED: Final[Words] = _("One of the topics no longer exists. Nothing was changed. Please try again.")

# The pages instead of it, by status: heading and text.
REFUSED: Final[Mapping[int, tuple[Words, Words]]] = {
    403: (
        _("This link is not valid"),
        _("Please open the link again from your account or from the message that you received."),
    ),
    410: (
        _("This link has expired"),
        _("Nothing was changed. Please open a new link from your account."),
    ),
    429: (_("Too many requests"), _("Nothing was changed. Please wait a minute and try again.")),
    503: (
        _("This page is not available at the moment"),
        _("Nothing was changed. Please try again in a moment."),
    ),
}
