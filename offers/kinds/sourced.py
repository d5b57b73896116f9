"""What upgrades and cross-sells share: their proposals come from sources, hand-picked or from statistics."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from offers.kinds.base import Fault, Kind, OfferOfKind, ValuesOfKind
from offers.models import StrategyCode
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource


class SourcedKind(Kind[OfferOfKind, ValuesOfKind, None]):
    """A kind whose offers name the sources of their proposals."""

    def find_faults(self, source: OfferSource[ValuesOfKind], samples: SampleProducts) -> Iterator[Fault]:
        """Yield that the offer has no source, or only hand-picked products and none of those."""
        del samples
        if not source.strategies:
            yield Fault("no_source", _("Add a strategy."))
        elif set(source.strategies) == {StrategyCode.CURATED} and not source.picked:
            words = _("Add a hand-picked product, or another strategy: as it is, the offer proposes nothing.")
            yield Fault("no_product_picked", words)
