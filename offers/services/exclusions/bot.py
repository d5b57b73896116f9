"""Bots that say what they are: crawlers, preview services, monitors and automated browsers.

They run the scripts of a page and so report events that no shopper caused. The list is that of
crawler-user-agents, without HTTP libraries: apps and tools use those, and they run no scripts of pages.
"""

import re
from functools import cache, lru_cache
from typing import Final

from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from django.conf import settings

from offers.services.exclusions.arrival import Arrival, Datable

_LIBRARY: Final = "http-library"
_AUTOMATED_BROWSER: Final = "browser-automation"
# Longer ones are no browser's; what follows is not looked at.
_MAX_LENGTH: Final = 512


def is_from_a_bot(event: Datable, arrival: Arrival) -> bool:
    """Tell whether the browser names itself as a bot."""
    del event
    return is_bot(arrival.user_agent[:_MAX_LENGTH], settings.AWASE_COUNT_AUTOMATED_BROWSERS)


@lru_cache(maxsize=4096)
def is_bot(user_agent: str, admits_automated_browsers: bool) -> bool:
    """Tell whether a User-Agent is on the list, which takes up to a millisecond."""
    return _pattern(admits_automated_browsers).search(user_agent) is not None


@cache
def _pattern(admits_automated_browsers: bool) -> re.Pattern[str]:
    admitted = {_LIBRARY, _AUTOMATED_BROWSER} if admits_automated_browsers else {_LIBRARY}
    return re.compile(
        "|".join(bot["pattern"] for bot in CRAWLER_USER_AGENTS_DATA if admitted.isdisjoint(bot["tags"]))
    )
