"""An audience in words: who is in it, how many they are, and what uses it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from offers.admin.addresses import page_of_kind
from offers.models import Audience
from offers.services.audience.status import CountStatus, count_status
from offers.services.audience.uses import AudienceUse, uses_of_audiences


@dataclass(frozen=True, slots=True)
class UseRow:
    """What uses an audience, with the page on which it does."""

    name: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class AudienceReport:
    """What the page of an audience shows below its form."""

    status: CountStatus
    uses: tuple[UseRow, ...]


def read_report(audience: Audience, *, at: datetime) -> AudienceReport:
    """Return the report of an audience that was read with its count."""
    uses = uses_of_audiences().get(audience.pk, ())
    rows = tuple(UseRow(use.name, _kind_of(use), _address_of(use)) for use in uses)
    return AudienceReport(status=count_status(audience, at=at), uses=rows)


def size_text(status: CountStatus) -> tuple[str, str]:
    """Return the size in words and, if there is more to say, the day or the progress of the count."""
    size = "–" if status.size is None else str(intcomma(status.size))
    match status.state:
        case "counting":
            return size, _("counting: %(percent)d%%") % {"percent": status.percent}
        case "waiting" | "unclaimed":
            return size, _("count requested")
        case "failed":
            return size, _("the last count failed")
        case "never":
            return size, _("not counted yet")
        case _:
            return size, "" if status.counted_at is None else date_format(
                localtime(status.counted_at), "SHORT_DATETIME_FORMAT"
            )


def _kind_of(use: AudienceUse) -> str:
    return _("offer") if use.offer_kind else pgettext("a set of customers", "audience")


def _address_of(use: AudienceUse) -> str:
    if use.offer_kind:
        return page_of_kind(use.offer_kind, "change", use.pk)
    return reverse("admin:offers_audience_change", args=[use.pk])
