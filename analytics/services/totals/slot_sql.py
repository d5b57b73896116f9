"""The SQL that finds the slot of the journal that an event or an order line belongs to."""


def slot_of(*, decision: str, offer: str, best: str) -> str:
    """Return the SQL for one slot, NULL if it was not journalled.

    A decision can show an offer several times: it is the first one that is `best`, else the first.
    """
    return f"""
        SELECT COALESCE(MIN(CASE WHEN {best} THEN slot.id END), MIN(slot.id))
        FROM analytics_journaleddecision made
        JOIN analytics_journaledslot slot ON slot.decision_id = made.id
        JOIN analytics_journaloffer proposed ON proposed.id = slot.offer_id
        WHERE made.decision = {decision} AND proposed.code = {offer}
    """  # noqa: S608 (our own expressions)
