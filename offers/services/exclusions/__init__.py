"""Rules for events that are stored and shown, but not counted: they change nothing for anybody.

Each rule has a module of its own. Those that judge an event by how it arrived are registered in `ON_ARRIVAL`;
the first that applies is the reason. The others depend on what is stored already, and are applied where
events are stored (`offers.services.event_store`): `repeat`, `burst` and `impression`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from offers.models import COUNTED, Exclusion
from offers.services.exclusions.arrival import Arrival, Datable, PlausibleEvent
from offers.services.exclusions.bot import is_from_a_bot
from offers.services.exclusions.late import is_late
from offers.services.exclusions.prefetch import is_from_a_prefetch

__all__ = ["ON_ARRIVAL", "Arrival", "Datable", "PlausibleEvent", "exclusion_on_arrival"]

ON_ARRIVAL: Final[Mapping[Exclusion, Callable[[Datable, Arrival], bool]]] = {
    Exclusion.PREFETCH: is_from_a_prefetch,
    Exclusion.BOT: is_from_a_bot,
    Exclusion.LATE: is_late,
}


def exclusion_on_arrival(event: Datable, arrival: Arrival) -> str:
    """Return why an event is not counted because of how it arrived, or COUNTED."""
    return next((code.value for code, applies in ON_ARRIVAL.items() if applies(event, arrival)), COUNTED)
