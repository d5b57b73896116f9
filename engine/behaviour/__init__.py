"""Behaviour: what a person looked at, searched for and put into the cart, in one compact value.

`acts` is what decisions read. `seen` keeps it exact: which events were recorded, and how many on each day.
Nothing here reads a clock, a database or a setting.
"""

from engine.behaviour.acts import Act, Behaviour, What
from engine.behaviour.seen import Seen

__all__ = ["Act", "Behaviour", "Seen", "What"]
