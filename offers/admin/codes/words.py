"""The states of a batch in words."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

STATES: Final[Mapping[str, Any]] = {
    "waiting": _("waiting for a worker"),
    "unclaimed": _("waiting for a worker"),
    "generating": _("being generated"),
    "removing": _("being removed"),
    "cancelled": _("cancelled"),
    "scheduled": _("not valid yet"),
    "ready": _("valid"),
    "expired": _("expired"),
    "revoked": _("revoked"),
}
