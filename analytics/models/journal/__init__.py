"""The decision journal in the database: which files were collected, and what they said."""

from analytics.models.journal.decision import JournaledDecision, JournaledSlot
from analytics.models.journal.dimensions import JournalContext, JournalOffer, JournalShopper, ShopperKind
from analytics.models.journal.file import JournalFile

__all__ = [
    "JournalContext",
    "JournalFile",
    "JournalOffer",
    "JournalShopper",
    "JournaledDecision",
    "JournaledSlot",
    "ShopperKind",
]
