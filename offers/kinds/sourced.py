"""What upgrades and cross-sells share: their proposals come from sources, hand-picked or from statistics."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from offers.kinds.base import Fault, Kind, OfferOfKind, ValuesOfKind
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


class SourcedKind(Kind[OfferOfKind, ValuesOfKind, None]):
    """A kind whose offers name the sources of their proposals."""

    def find_faults(self, source: OfferSource[ValuesOfKind], samples: SampleProducts) -> Iterator[Fault]:
        """Yield that the offer has no source."""
        del samples
        if not source.strategies:
            yield Fault("no_source", _("Add a strategy."))
