"""Request a search for what works: what web workers need of it, without scipy."""

from datetime import datetime, timedelta
from typing import Final

from analytics.models import PatternSearch

# Offers change: older answers say little about those of today.
PERIOD: Final = timedelta(days=60)
MOST_FINDINGS: Final = 50


def request_search(*, at: datetime) -> bool:
    """Request a search; a worker picks it up. Return False if one is waiting already."""
    if PatternSearch.objects.filter(computed_at=None).exists():
        return False
    PatternSearch.objects.create(requested_at=at)
    return True
