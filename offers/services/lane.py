"""The three lanes of pricing."""

from offers.models import Lane, LaneCode


def create_missing_lanes() -> None:
    """Give every lane its row, in its usual place and mode: which is how a lane without one is priced."""
    known = set(Lane.objects.values_list("code", flat=True))
    missing = [
        Lane(code=code, position=place) for place, code in enumerate(LaneCode.values) if code not in known
    ]
    if missing:
        Lane.objects.bulk_create(missing, ignore_conflicts=True)
