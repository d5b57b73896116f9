"""Count the daily totals from scratch: `manage.py rebuild_totals --since 2026-11-01`."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.services.totals.count import first_open_day, rebuild_totals


class Command(BaseCommand):
    """After a change of the attribution window or of costs; the worker only counts days that change."""

    help = "Count the daily totals of offers from scratch, for all days whose decisions are still there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="first day, such as 2026-11-01")

    def handle(self, *, since: date | None = None, **_options: Any) -> None:
        at = timezone.now()
        days = list(rebuild_totals(since=since or first_open_day(at), at=at))
        if not days:
            self.stdout.write(_("No day to count."))
            return
        said = _("{days:,} days counted, from {first} to {last}.")
        self.stdout.write(said.format(days=len(days), first=days[0], last=days[-1]))
