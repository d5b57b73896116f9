"""Whether an offer is live, scheduled, ended or paused."""

from datetime import datetime

from django.utils.translation import gettext as _

from offers.models import Offer
from offers.services.conditions import schedule_of


def schedule_state(offer: Offer, at: datetime) -> tuple[str, str]:
    """Return the state's code and its name; an offer lives from `starts_at` until just before `ends_at`."""
    if not offer.is_active:
        return "off", _("paused")
    match schedule_of(offer).period_at(int(at.timestamp())):
        case "over":
            return "over", _("ended")
        case "planned":
            return "planned", _("scheduled")
        case "running":
            return "live", _("live")
