"""Whether an offer is live, scheduled, ended or paused."""

from datetime import datetime

from django.utils.translation import gettext as _

from offers.models import Offer


def schedule_state(offer: Offer, at: datetime) -> tuple[str, str]:
    """Return the state's code and its name; an offer lives from `starts_at` until just before `ends_at`."""
    if not offer.is_active:
        return "off", _("paused")
    if offer.ends_at and offer.ends_at <= at:
        return "over", _("ended")
    if offer.starts_at and offer.starts_at > at:
        return "planned", _("scheduled")
    return "live", _("live")
